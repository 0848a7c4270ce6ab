import { Redis } from 'ioredis'
import Redlock from 'redlock5'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { testDigest } from '../watch/test-watching.ts'

const TTL_MS = 30_000
const BETWEEN_MS = 10_000

describe('a lock whose name says nothing', () => {
  let server: RedisServer
  let redis: Redis

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
  })
  afterAll(async () => {
    vi.useRealTimers()
    redis.disconnect()
    await server.close()
  })

  it('is likely one when its holder extends it again and again, and a visited session is none', async () => {
    const open = await openBackend(backendSpecSchema.parse({ id: 'a', kind: 'redis', url: server.url }), {
      digest: testDigest,
    })
    const [observer] = open.observers
    const keys = ['orders', 'session:17'].map((name) => Buffer.from(name).toString('base64url'))
    const confidences = async () => {
      const found = await observer?.reread(keys)
      return keys.map((key) => found?.get(key)?.confidence)
    }
    try {
      let held = await new Redlock([redis]).acquire(['orders'], TTL_MS)
      await redis.set('session:17', '70ae1b55ae774347179c64e8d2f4ea03', 'PX', 60 * TTL_MS)
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
      expect(await confidences()).toEqual(['candidate', 'candidate'])
      for (let turn = 0; turn < 3; turn++) {
        expect(await confidences()).toEqual(['candidate', 'candidate'])
        vi.setSystemTime(Date.now() + BETWEEN_MS)
        held = await held.extend(TTL_MS)
        await redis.pexpire('session:17', 60 * TTL_MS)
      }
      expect(await confidences()).toEqual(['likely', 'candidate'])
      await held.release()
      expect(await confidences()).toEqual([undefined, 'candidate'])
      await new Redlock([redis]).acquire(['orders'], TTL_MS)
      expect(await confidences()).toEqual(['likely', 'candidate'])
      // From then on it is told when it changes.
      const told: string[] = []
      await observer?.watch(
        (changed) => void told.push(...changed),
        () => {},
      )
      await redis.pexpire('session:17', TTL_MS)
      await redis.del('orders')
      await vi.waitFor(() => expect(told).toEqual([keys[0]]), 10_000)
    } finally {
      await open.close()
    }
  })
})
