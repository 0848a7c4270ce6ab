// `npm run bench`: measures our locks against others on servers of its own. Runs what users get: compiled JavaScript.
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesUnder } from './freshness.mjs'
import { isOnPath, needNode, needPackages, needRoom, root, run, tool } from './steps.mjs'

const room = join(root, 'lib', 'bench')
const built = join(room, 'dist')

needNode()
needServers()
await needPackages()
// The libraries that we are compared with are installed there and nowhere else.
await needRoom('bench', 'the peers')
await build()
process.exit(
  await run(process.execPath, [
    ...['--no-deprecation', '--expose-gc'],
    join(built, 'bench', 'main.js'),
    ...process.argv.slice(2),
  ]),
)

function needServers() {
  const missing = ['redis-server', 'etcd', 'etcdctl'].filter((program) => !isOnPath(program))
  if (missing.length === 0) return
  console.error(
    `The benchmark starts servers of its own and does not find ${missing.join(', ')} on the PATH.`,
  )
  process.exit(1)
}

async function build() {
  rmSync(built, { recursive: true, force: true })
  await orExit(tool('typescript/bin/tsc', ['-p', 'lib/bench/tsconfig.json', '--noCheck']))
  const engines = join(root, 'lib', 'engines')
  for (const file of filesUnder(engines).filter((name) => name.endsWith('.lua'))) {
    const target = file.replace(engines, join(built, 'engines'))
    mkdirSync(dirname(target), { recursive: true })
    cpSync(file, target)
  }
}

async function orExit(work) {
  const code = await work
  if (code !== 0) process.exit(code)
}
