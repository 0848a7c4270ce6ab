import { createServer } from 'node:net'
import { isReady, openRedis } from '../redis/connect.ts'
import { bootstrapRedisNode } from '../redis/driver.ts'
import type { RedisProbe } from './redis-probe.ts'
import type { ClosableNode, Misplaced, Subject } from './subject.ts'

/** A server that the rig has started. */
interface Server {
  readonly process: { freeze(): void; resume(): void }
  restart(): Promise<void>
}

const REDIS_TTL_MS = 1_000
export const REDIS_MAX_TTL_MS = 20_000

interface Made {
  servers: readonly Server[]
  probe: RedisProbe
  /** For how long a voter is quarantined; null for a node that decides alone. */
  connect: (quarantineMs: number | null) => ClosableNode[]
  misplaced: readonly Misplaced[]
}

/** Redis servers: one that decides alone, or several that vote. */
export function redisSubject({
  servers,
  probe,
  connect,
  misplaced,
}: Made): Omit<Subject, 'replicas' | 'close'> {
  const votes = servers.length > 1
  const majority = Math.floor(servers.length / 2) + 1
  const some = (how: 'minority' | 'majority') =>
    servers.slice(0, how === 'majority' ? majority : servers.length - majority)
  const freeze = (how: 'minority' | 'majority') => {
    for (const server of some(how)) server.process.freeze()
  }
  return {
    ttlMs: REDIS_TTL_MS,
    maxTtlMs: REDIS_MAX_TTL_MS,
    connect: () => connect(votes ? REDIS_MAX_TTL_MS : null),
    probe,
    freeze: () => freeze('majority'),
    freezeMinority: votes ? () => freeze('minority') : null,
    resume() {
      for (const server of servers) server.process.resume()
    },
    failures: {
      remembers: false,
      async crash(how) {
        await Promise.all(some(how).map((server) => server.restart()))
        await probe.ready()
      },
      bootstrap: votes ? () => bootstrapRedis(probe) : null,
      connectQuarantining: votes ? connect : null,
    },
    misplaced,
  }
}

/** All of them vote from now on. */
export async function bootstrapRedis({ stores, ready }: RedisProbe): Promise<void> {
  await ready()
  for (const store of stores) {
    await store.del('lk:quarantine')
    await bootstrapRedisNode(store as Parameters<typeof bootstrapRedisNode>[0])
  }
}

/** `locked` is a server of its own; it is given a password that nobody has. */
export async function misplacedRedis(
  connect: (url: string) => ClosableNode[],
  locked: { url: string },
): Promise<Misplaced[]> {
  const web = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  web.unref()
  const address = web.address()
  const webPort = typeof address === 'object' ? address?.port : 0
  const key = openRedis(locked.url, 'probe')
  await isReady(key, 5_000)
  await key.config('SET', 'requirepass', 'the right one')
  key.disconnect()
  const wrongPassword = locked.url.replace('redis://', 'redis://:wrong@')
  return [
    {
      what: 'a port where nobody listens',
      connect: () => connect('redis://127.0.0.1:1'),
      says: /refused|reach|connect/i,
    },
    {
      what: 'a host that does not exist',
      connect: () => connect('redis://nowhere.invalid:6379'),
      says: /ENOTFOUND|EAI_AGAIN|host|name|reach|connect/i,
    },
    { what: 'no password', connect: () => connect(locked.url), says: /password|credentials|auth/i },
    { what: 'a wrong password', connect: () => connect(wrongPassword), says: /password|credentials|auth/i },
    {
      what: 'a web server',
      connect: () => connect(`redis://127.0.0.1:${webPort}`),
      says: /redis|protocol/i,
    },
  ]
}
