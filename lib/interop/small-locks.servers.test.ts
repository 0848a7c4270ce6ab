import { Redis } from 'ioredis'
import createWarlock from 'node-redis-warlock'
import { type Client, createClient } from 'redis'
import createLock from 'redis-lock'
import { tryLock } from 'simple-redis-mutex'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { testDigest } from '../watch/test-watching.ts'
import { lockInTime, nameOf, openReading, type Reading } from './reading.ts'

const TTL_MS = 30_000

describe('locks of small libraries', () => {
  let server: RedisServer
  let redis: Redis
  let client: Client
  let reading: Reading

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
    client = createClient({ url: server.url })
    await client.connect()
    reading = await openReading(server.url)
  })
  afterEach(() => redis.flushall())
  afterAll(async () => {
    await reading.close()
    redis.disconnect()
    client.destroy()
    await server.close()
  })

  /** What is there to be seen while it is held, and that nothing is when it was given back. */
  async function held(key: string, dialect: string, give: () => Promise<unknown>) {
    const sighting = await lockInTime(reading, redis, key)
    expect(sighting).toMatchObject({
      ...{ dialect, confidence: 'certain', kind: 'mutex', waiters: { known: false } },
      holders: [{ tokenDigest: testDigest((await redis.get(key)) ?? '') }],
    })
    await give()
    expect(await reading.sweep()).toEqual([])
    return sighting
  }

  it('node-redis-warlock tells when it was taken', async () => {
    const from = Date.now()
    const give = await new Promise<() => Promise<void>>((resolve, reject) => {
      createWarlock(redis).lock('orders', TTL_MS, (error, unlock) => {
        if (error) return reject(error)
        resolve(() => new Promise((done, fail) => unlock((trouble) => (trouble ? fail(trouble) : done()))))
      })
    })
    const to = Date.now()
    const sighting = await held('orders:lock', 'warlock', give)
    expect(nameOf(sighting)).toBe('orders')
    expect(sighting.holders[0]?.sinceIs).toBe('exact')
    expect(sighting.holders[0]?.since).toBeGreaterThanOrEqual(from - 1)
    expect(sighting.holders[0]?.since).toBeLessThanOrEqual(to + 1)
  })

  it('redis-lock is known by the end that it writes', async () => {
    const lock = createLock(Object.assign(client, { v4: client }))
    const give = await lock('orders', TTL_MS)
    expect(nameOf(await held('lock.orders', 'redis-lock', give))).toBe('orders')
  })

  it('simple-redis-mutex is known by its prefix, and its counter is no lock', async () => {
    const [granted, give] = await tryLock(client, 'orders', { timeout: TTL_MS })
    expect(granted).toBe(true)
    const sighting = await held('@simple-redis-mutex:lock-orders', 'simple-redis-mutex', give)
    expect(nameOf(sighting)).toBe('orders')
  })
})
