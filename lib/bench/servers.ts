import { Redis } from 'ioredis'
import { MARKER_KEY } from '../engines/redis/layout.ts'
import { startEtcd } from '../rig/etcd-cluster.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import type { Place } from './contender.ts'

/** Servers of our own, as real as they get. */
interface Servers<Server> {
  place: Place
  all: readonly Server[]
  close(): Promise<void>
}

export type RedisServers = Servers<RedisServer>

export async function startRedisServers(kind: 'redis' | 'redlock'): Promise<RedisServers> {
  const all = await Promise.all(Array.from({ length: kind === 'redis' ? 1 : 5 }, () => startRedis()))
  if (kind === 'redlock') await Promise.all(all.map(({ url }) => allowToVote(url)))
  return {
    place: { kind, urls: all.map(({ url }) => url) },
    all,
    async close() {
      await Promise.all(all.map((server) => server.close()))
    },
  }
}

/** A voter without its marker has lost its memory, for all that we know. These are new, and never had any. */
async function allowToVote(url: string): Promise<void> {
  const client = new Redis(url)
  await client.set(MARKER_KEY, String(Date.now()))
  client.disconnect()
}

export async function startEtcdServer(): Promise<Servers<never>> {
  const cluster = await startEtcd(['bench'])
  return {
    place: { kind: 'etcd', urls: cluster.endpoints },
    all: [],
    close: () => cluster.close(),
  }
}
