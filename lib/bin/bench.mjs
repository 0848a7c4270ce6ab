// `npm run bench`: measures our locks against others on servers of its own. Runs what users get: compiled JavaScript.
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesUnder } from './freshness.mjs'
import { isOnPath, needNode, needPackages, root, run, tool } from './steps.mjs'

const room = join(root, 'lib', 'bench')
const built = join(room, 'dist')

needNode()
needServers()
await needPackages()
await needPeers()
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

/** The libraries that we are compared with are installed here and nowhere else. */
async function needPeers() {
  const mark = join(room, 'node_modules', '.package-lock.json')
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(room, 'package-lock.json')).mtimeMs) return
  console.log('Installing the peers ...')
  await orExit(run('npm', ['ci', '--prefix', room, '--no-audit', '--no-fund', '--loglevel', 'error']))
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
