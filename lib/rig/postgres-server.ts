import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tiedFolder } from './lifeline.ts'
import { freePort } from './ports.ts'
import { startProcess } from './server-process.ts'

export interface PostgresServer {
  readonly port: number
  readonly url: string
  /** Ends it, with everybody connected to it, and removes what it wrote. */
  close(): Promise<void>
}

const run = promisify(execFile)
const USER = 'lockkeeper'

/** A PostgreSQL of our own on a free loopback port. Nothing of it survives a crash of the machine. */
export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort()
  const folder = await tiedFolder('lockkeeper-postgres-')
  const user = unprivilegedUser()
  if (user) await chown(folder.path, user.uid, user.gid)
  const data = join(folder.path, 'data')
  const [initdb = '', ...initdbArgs] = commandAs(user, program('initdb'), [
    ...['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync'],
  ])
  await run(initdb, initdbArgs, { cwd: folder.path })
  const [postgres = '', ...args] = commandAs(user, program('postgres'), [
    ...['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    ...['-c', 'fsync=off', '-c', 'max_connections=20'],
  ])
  const isReady = ['-q', '-h', '127.0.0.1', '-p', String(port), '-U', USER, '-d', 'postgres']
  const server = await startProcess(postgres, args, async () => {
    await run(program('pg_isready'), isReady)
    return true
  })
  return {
    port,
    url: `postgres://${USER}@127.0.0.1:${port}/postgres`,
    async close() {
      // Its gentle end waits for everybody to go; this one does not.
      if (server.running) process.kill(server.pid, 'SIGINT')
      await server.stop()
      await folder.remove()
    },
  }
}

interface User {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root. Null when we are somebody else anyway. */
function unprivilegedUser(): User | null {
  if (process.getuid?.() !== 0) return null
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (!found) throw new Error('PostgreSQL needs a user who is not root: postgres or nobody')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

const commandAs = (user: User | null, command: string, args: string[]): string[] =>
  user
    ? ['setpriv', '--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups', command, ...args]
    : [command, ...args]

const DEBIAN_VERSIONS = '/usr/lib/postgresql'

/** Debian keeps the servers of several versions beside each other, and none of them on the PATH. */
function program(name: string): string {
  const versions = existsSync(DEBIAN_VERSIONS) ? readdirSync(DEBIAN_VERSIONS) : []
  const newestFirst = versions.sort((one, other) => Number(other) - Number(one))
  const paths = newestFirst.map((version) => join(DEBIAN_VERSIONS, version, 'bin', name))
  return paths.find((path) => existsSync(path)) ?? name
}
