import type { Redis } from 'ioredis'
import { isReady, openRedis } from '../redis/connect.ts'
import type { Probe } from './subject.ts'

/** Looks at Redis servers by GET, KEYS and DEL. */
export function redisProbe(urls: readonly string[]): Probe & { clients: Redis[]; close(): void } {
  const clients = urls.map((url) => openRedis(url, 'probe'))
  const all = <T>(ask: (client: Redis) => Promise<T>): Promise<T[]> =>
    Promise.all(
      clients.map(async (client) => {
        await isReady(client, 5_000)
        return ask(client)
      }),
    )
  return {
    clients,
    async tokens(name) {
      const values = await all((client) => client.get(`lk:{${name}}`))
      return values.flatMap((value) => (value ? [value.slice(0, 32)] : []))
    },
    async isClean(name) {
      const left = await all(async (client) =>
        (await client.keys('lk:{*')).filter((key) => key.startsWith(`lk:{${name}}`)),
      )
      return left.flat().length === 0
    },
    async destroy(name) {
      await all((client) => client.del(`lk:{${name}}`))
    },
    async plant(name, ttlMs) {
      const owner = { service: 'dead', host: 'h', pid: 1, process: 'dead' }
      const value = `${'d'.repeat(32)} ${JSON.stringify({ fence: null, since: Date.now(), ttl: ttlMs, owner })}`
      await all((client) => client.set(`lk:{${name}}`, value, 'PX', ttlMs))
    },
    close() {
      for (const client of clients) client.disconnect()
    },
  }
}
