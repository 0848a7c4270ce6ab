// `npm run bootstrap -- redis://h1 redis://h2 redis://h3`: tells the voters of a new quorum, once, that they may vote.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './steps.mjs'

const nodes = process.argv.slice(2)
const library = join(root, 'dist/library/index.js')
if (nodes.length < 3)
  end('Name the nodes of the quorum: npm run bootstrap -- redis://h1:6379 redis://h2:6379 redis://h3:6379')
if (!existsSync(library)) end('Run `npm run build` first.')

const { bootstrap } = await import(pathToFileURL(library).href)
try {
  await bootstrap({ kind: 'redlock', nodes })
  console.log(`${nodes.length} nodes vote from now on.`)
} catch (error) {
  end([error.message, error.hint].filter(Boolean).join(' '))
}

function end(says) {
  console.error(says)
  process.exit(1)
}
