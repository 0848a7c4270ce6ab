import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lockKey, queueKey, waitersKey } from '../engines/redis/layout.ts'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { createWatch } from '../watch/create-watch.ts'
import { newToken, ownValue, testDigest, until } from '../watch/test-watching.ts'
import { contended, waitsFor } from './test-waits.ts'

let servers: RedisServer[] = []
let clients: Redis[] = []

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()])
  clients = servers.map(({ url }) => new Redis(url))
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await Promise.all(servers.map((server) => server.close()))
})

const owner = (process: string) => ({ service: process, host: 'h', pid: 1, version: '1', process })

async function hold(redis: Redis, name: string, process: string, since: number) {
  const value = ownValue(newToken(), 60_000, { since, owner: owner(process) })
  await redis.set(lockKey(name), value, 'PX', 60_000)
  await redis.zadd('lk:index', Date.now() + 60_000, name)
}

async function wait(redis: Redis, name: string, process: string, since: number) {
  const ticket = newToken()
  const record = JSON.stringify({ since, until: Date.now() + 60_000, owner: owner(process) })
  await redis.hset(waitersKey(name), ticket, record)
  await redis.zadd(queueKey(name), since, ticket)
}

it('a circle over two backends is an alarm about both locks, and is over when one of them is free', async () => {
  const [orders, ledger] = clients
  if (!orders || !ledger) throw new Error('no servers')
  const ago = Date.now() - 30_000
  await hold(orders, 'orders', 'api', ago)
  await wait(orders, 'orders', 'worker', ago + 9_000)
  await hold(ledger, 'ledger', 'worker', ago + 1_000)
  await wait(ledger, 'ledger', 'api', ago + 8_000)
  const opened = await Promise.all(
    servers.map(({ url }, index) =>
      openBackend(backendSpecSchema.parse({ id: `b${index}`, kind: 'redis', url }), { digest: testDigest }),
    ),
  )
  const watch = createWatch(
    opened.map((open) => ({ open, kind: 'redis', environment: null, demo: false })),
    {},
  )
  const verdicts = (name: string) => {
    const brief = [...watch.locks.briefs()].find((one) => one.name === name)
    return (brief && watch.locks.get(brief.id)?.verdicts) ?? []
  }
  const isStuck = (name: string) =>
    verdicts(name).some(({ id, severity }) => id === 'deadlock' && severity === 'alarm')
  try {
    await until('the alarm', () => isStuck('orders') && isStuck('ledger'))
    expect(verdicts('orders')[0]).toMatchObject({
      says: 'api@h holds it and waits for ledger, whose holder worker@h waits for this.',
      suggests: 'look',
    })
    expect(verdicts('ledger')[0]?.suggests).toBe('release')
    const seen = waitsFor(contended(watch.locks))
    expect(seen.cycles.map(({ parties }) => parties)).toEqual([['process api', 'process worker']])
    await ledger.del(lockKey('ledger'))
    await until('the end of it', () => !isStuck('orders') && !isStuck('ledger'))
    expect(waitsFor(contended(watch.locks))).toMatchObject({ cycles: [], heads: ['process api'] })
  } finally {
    await watch.close()
    await Promise.all(opened.map((open) => open.close()))
  }
})
