// `npm start`: on a fresh clone it installs and builds, then starts the console.
import { join } from 'node:path'
import { needPort, runConsole } from './console.mjs'
import { isBuilt } from './freshness.mjs'
import { needNode, needPackages, root, run } from './steps.mjs'

needNode()
await needPackages()
if (!isBuilt()) {
  console.log('Building the console ...')
  const code = await run(process.execPath, [join(root, 'lib/bin/build.mjs')])
  if (code !== 0) process.exit(code)
}
const { readConfig } = await import('../../dist/service/config.js')
const listen = readListen()
await needPort(listen)
await runConsole({ command: 'start', listen, stdout: 'ignore' })

function readListen() {
  try {
    return readConfig({ cwd: root, variables: process.env }).listen
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
