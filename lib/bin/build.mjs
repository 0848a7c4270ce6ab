// `npm run build`: the service to plain JavaScript in dist/, the pages and the API with Next.
import { cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildStamp, filesUnder } from './freshness.mjs'
import { needNode, needPackages, root, tool } from './steps.mjs'

needNode()
await needPackages()

const began = new Date()
rmSync(join(root, 'dist'), { recursive: true, force: true })
await step('the service', tool('typescript/bin/tsc', ['-p', 'lib/tsconfig.json']))
copyScripts()
await step('the pages', tool('next/dist/bin/next', ['build'], { NODE_ENV: 'production' }))
// Whatever was edited while it was being built is newer than the stamp.
writeFileSync(buildStamp, '')
utimesSync(buildStamp, began, began)

async function step(what, work) {
  const code = await work
  if (code === 0) return
  console.error(`Building ${what} failed.`)
  process.exit(code)
}

/** Scripts for the stores are read from beside the code that sends them. */
function copyScripts() {
  for (const file of filesUnder(join(root, 'lib')).filter((name) => name.endsWith('.lua'))) {
    const target = file.replace(join(root, 'lib'), join(root, 'dist'))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(file, target)
  }
}
