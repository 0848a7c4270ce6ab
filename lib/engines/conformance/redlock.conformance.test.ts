import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { bootstrapMemoryNode, createMemoryNode } from '../memory/driver.ts'
import { memoryStore } from '../memory/store.ts'
import { isReady } from '../redis/connect.ts'
import { bootstrapRedisNode, createRedisNode } from '../redis/driver.ts'
import { describeConformance, type Subject } from './index.ts'
import { memoryProbe } from './memory-probe.ts'
import { redisProbe } from './redis-probe.ts'

const MAX_TTL_MS = 20_000
const TTL_MS = 1_000

async function fiveRedisServers(): Promise<Subject> {
  const servers: RedisServer[] = await Promise.all(Array.from({ length: 5 }, () => startRedis()))
  const probe = redisProbe(servers.map((server) => server.url))
  for (const client of probe.clients) {
    await isReady(client, 5_000)
    await bootstrapRedisNode(client)
  }
  const freeze = (count: number) => {
    for (const server of servers.slice(0, count)) server.process.freeze()
  }
  return {
    ttlMs: TTL_MS,
    maxTtlMs: MAX_TTL_MS,
    connect: () =>
      servers.map(({ url }, at) => createRedisNode({ id: `r${at + 1}`, url, quarantineMs: MAX_TTL_MS })),
    probe,
    freeze: () => freeze(3),
    freezeMinority: () => freeze(2),
    resume: () => {
      for (const server of servers) server.process.resume()
    },
    async close() {
      probe.close()
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

async function fiveMemoryNodes(): Promise<Subject> {
  const urls = Array.from({ length: 5 }, (_, at) => `memory://redlock-conformance-${at}`)
  for (const url of urls) bootstrapMemoryNode(url)
  const stores = urls.map(memoryStore)
  return {
    ttlMs: TTL_MS,
    maxTtlMs: MAX_TTL_MS,
    connect: () =>
      urls.map((url, at) => createMemoryNode({ id: `m${at + 1}`, url, quarantineMs: MAX_TTL_MS })),
    probe: memoryProbe(urls),
    freeze: () => stores.slice(0, 3).forEach((store) => void store.freeze()),
    freezeMinority: () => stores.slice(0, 2).forEach((store) => void store.freeze()),
    resume: () => stores.forEach((store) => void store.resume()),
    close: async () => {},
  }
}

describeConformance('redlock of five Redis servers', fiveRedisServers)
describeConformance('redlock of five memory nodes', fiveMemoryNodes)
