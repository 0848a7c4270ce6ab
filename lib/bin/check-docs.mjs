// Fails when README.md or ARCHITECTURE.md names a path in backquotes that is not there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

const ROOMS = /^(app|components|lib|e2e|\.ci)\/[\w./@[\]-]+$/
const missing = []
let checked = 0
for (const doc of ['README.md', 'ARCHITECTURE.md']) {
  for (const [, path] of readFileSync(join(root, doc), 'utf8').matchAll(/`([^`\n]+)`/g)) {
    if (!ROOMS.test(path)) continue
    checked += 1
    if (!existsSync(join(root, path))) missing.push(`${doc}: ${path}`)
  }
}
if (missing.length > 0) {
  console.error(`Paths that do not exist:\n  ${missing.join('\n  ')}`)
  process.exit(1)
}
console.log(`${checked} paths named in the docs exist`)
