// Shared by the entry points, which must run before anything is installed: Node's own modules only.
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

const MINIMUM = [20, 19]

/** Ends the process with a reason when Node is too old. */
export function needNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return
  console.error(`Lockkeeper needs Node ${MINIMUM.join('.')} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/** Runs a command in the project's folder with its output shown; resolves with the exit code. */
export function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
    })
    child.once('error', (error) => {
      console.error(`${command} can't be started: ${error.message}`)
      resolve(127)
    })
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}

/** A tool from node_modules, run without npx so that signals reach it. */
export const tool = (path, args, env) =>
  run(process.execPath, [join(root, 'node_modules', path), ...args], env)

export const isOnPath = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, program)))

/** Installs the npm packages when they are missing or older than the lockfile. */
export const needPackages = () => needPackagesOf(root, 'the npm packages')

/** The same for a room under lib with packages of its own: other people's libraries, which nothing else may import. */
export const needRoom = (name, what) => needPackagesOf(join(root, 'lib', name), what)

async function needPackagesOf(folder, what) {
  const mark = join(folder, 'node_modules', '.package-lock.json')
  const lock = join(folder, 'package-lock.json')
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) return
  console.log(`Installing ${what} ...`)
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error']
  const code = await run('npm', ['ci', '--prefix', folder, ...quiet])
  if (code !== 0) {
    console.error(`npm ci failed for ${what}; nothing else was done.`)
    process.exit(code)
  }
}
