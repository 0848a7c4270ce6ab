// Starts Next with the service behind it, says where it is, and ends it with this process.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { root } from './steps.mjs'

const READY_MS = 120_000
const END_MS = 12_000

/** Refuses a port that somebody else has. */
export function needPort({ host, port }) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is taken by another program' : `can't be used (${error.code})`
      console.error(`Port ${port} on ${host} ${why}.`)
      console.error('Choose another with PORT, or another loopback address with HOST: PORT=3001 npm start')
      process.exit(1)
    })
    server.listen(port, host, () => server.close(resolve))
  })
}

/** Runs `next start` or `next dev` until it ends or we are told to. */
export async function runConsole({ command, listen, stdout }) {
  const { host, port } = listen
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/next/dist/bin/next'), command, '-H', host, '-p', String(port)],
    {
      cwd: root,
      stdio: ['ignore', stdout, 'inherit', 'ipc'],
      env: {
        ...process.env,
        HOST: host,
        PORT: String(port),
        NEXT_TELEMETRY_DISABLED: '1',
        NEXT_MANUAL_SIG_HANDLE: 'true',
      },
    },
  )
  let isEnding = false
  const end = () => {
    if (isEnding) return
    isEnding = true
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), END_MS).unref()
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  process.on('SIGHUP', end)
  endWithNpm(end)
  child.once('exit', (code, signal) => process.exit(isEnding ? 0 : (code ?? (signal ? 1 : 0))))

  const about = await untilHealthy(origin)
  if (about) console.log(announcement(origin, about))
  else if (!isEnding) {
    console.error(`The console did not answer within ${READY_MS / 1_000} s.`)
    process.exitCode = 1
    end()
  }
}

/** npm ends by a signal without passing it through the shell between us: then our parent is another one. */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && end(), 500).unref()
}

async function untilHealthy(origin) {
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; ) {
    const about = await healthOf(origin).catch(() => null)
    if (about) return about
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  return null
}

async function healthOf(origin) {
  const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(5_000) })
  return answer.ok ? await answer.json() : null
}

function announcement(origin, { servers, backends }) {
  const fleet = backends.map(
    ({ id, kind, nodes }) => `${id} (${kind}, ${nodes} ${nodes === 1 ? 'node' : 'nodes'})`,
  )
  const demo = {
    real: 'With a demo fleet of real redis-server and etcd processes; they end with it.',
    memory: 'With a demo fleet in memory: redis-server and etcd are not both on the PATH.',
  }
  return [
    '',
    `  Lockkeeper   ${origin}`,
    `  Watches      ${fleet.join(', ')}`,
    ...(servers ? [`               ${demo[servers]}`] : []),
    '  Stop it      Ctrl-C',
    '',
  ].join('\n')
}
