import { randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBackend } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import type { Sighting } from '../fleet/sighting.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { testDigest } from '../watch/test-watching.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

type Command = [string, ...(string | number)[]]

describe('a Redis with thousands of names that say that they are locks', () => {
  let server: RedisServer
  let redis: Redis

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
  })
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }))
  afterEach(async () => {
    vi.useRealTimers()
    await redis.flushall()
  })
  afterAll(async () => {
    redis.disconnect()
    await server.close()
  })

  const send = async (commands: Command[]) => {
    const answers = (await redis.pipeline(commands).exec()) ?? []
    expect(answers.filter(([error]) => error)).toEqual([])
  }
  const put = (names: string[], value: () => string): Promise<void> =>
    send(names.map((name) => ['set', name, value(), 'PX', DAY_MS]))
  /** Minutes go by for the console, and for all keys. */
  async function wait(minutes: number) {
    vi.setSystemTime(Date.now() + minutes * MINUTE_MS)
    const keys = await redis.keys('*')
    const left = (await redis.pipeline(keys.map((key) => ['pttl', key])).exec()) ?? []
    await send(keys.map((key, at) => ['pexpire', key, Number(left[at]?.[1]) - minutes * MINUTE_MS]))
  }
  const names = (count: number, name: () => string) => Array.from({ length: count }, name)

  async function opened(patterns: { match: string; dialect: string }[] = []) {
    const spec = backendSpecSchema.parse({ id: 'other', kind: 'redis', url: server.url, patterns })
    const open = await openBackend(spec, { digest: testDigest })
    const [observer] = open.observers
    if (!observer) throw new Error('nobody looks')
    return {
      observer,
      async confidences() {
        const found: Sighting[] = []
        for await (const page of observer.sweep(AbortSignal.timeout(20_000))) found.push(...page)
        return new Set(found.map(({ confidence }) => confidence))
      },
      close: () => open.close(),
    }
  }

  it('believes none of 5,000 that nobody ever releases, renews or takes again, and says why', async () => {
    await put(
      names(5_000, () => `lock:session:${randomUUID()}`),
      () => randomBytes(16).toString('hex'),
    )
    const { observer, confidences, close } = await opened()
    const pinned = await opened([{ match: 'lock:session:*', dialect: 'redlock' }])
    try {
      expect(await confidences()).toEqual(new Set(['likely']))
      for (let turn = 0; turn < 3; turn++) {
        await wait(6)
        await confidences()
        await pinned.confidences()
      }
      expect(await confidences()).toEqual(new Set(['candidate']))
      expect(observer.setAside?.()).toEqual([expect.stringMatching(/^about \d{4} names .* lock:session: /)])
      const [key = ''] = (await redis.scan('0'))[1].map((name) => Buffer.from(name).toString('base64url'))
      expect((await observer.reread([key])).get(key)).toMatchObject({ confidence: 'candidate' })
      // What the operator says is not doubted.
      expect(await pinned.confidences()).toEqual(new Set(['certain']))
    } finally {
      await close()
      await pinned.close()
    }
  })

  it('believes 3,000 that are released and taken', async () => {
    const order = () => `lock:order:${randomUUID()}`
    const token = () => randomBytes(16).toString('hex')
    await put(names(3_000, order), token)
    const { observer, confidences, close } = await opened()
    try {
      for (let turn = 0; turn < 5; turn++) {
        expect(await confidences()).toEqual(new Set(['likely']))
        const held = await redis.keys('*')
        await send(held.slice(0, 150).map((name) => ['del', name]))
        await put(names(150, order), token)
        await wait(4)
      }
      expect(await confidences()).toEqual(new Set(['likely']))
      expect(observer.setAside?.()).toEqual([])
    } finally {
      await close()
    }
  })
})
