import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { createRedisNode, type RedisNode } from '../redis/driver.ts'
import { type Ears, listenTo, memoryEngine, redisEngine } from './differential-engines.ts'
import { play, QUARANTINE_MS, steps } from './differential-steps.ts'

const RUNS = 600

let server: RedisServer
let raw: Redis
let ears: Ears
let lone: RedisNode
let voter: RedisNode

beforeAll(async () => {
  server = await startRedis()
  raw = new Redis(server.url)
  lone = createRedisNode({ id: 'r', url: server.url })
  voter = createRedisNode({ id: 'r', url: server.url, quarantineMs: QUARANTINE_MS })
  ears = await listenTo(lone, raw)
})
afterAll(async () => {
  await Promise.all([lone.close(), voter.close()])
  raw.disconnect()
  await server.close()
})

/** Whatever is compared must also occur, or nothing is compared. */
const WORTH_SEEING = ['granted', 'held', 'queued', 'quarantined', 'not-held'] as const

test('memory and Redis answer alike, keep alike and wake alike, whatever they are asked', async () => {
  const seen = new Set<string>()
  const property = fc.asyncProperty(
    steps,
    fc.boolean(),
    fc.boolean(),
    async (script, votes, bootstrapped) => {
      const engines = [await memoryEngine(votes), await redisEngine(votes ? voter : lone, raw, ears)] as const
      if (bootstrapped) await Promise.all(engines.map((engine) => engine.bootstrap()))
      const [memory, redis] = await Promise.all(engines.map((engine) => play(engine, script)))
      for (const word of WORTH_SEEING) if (JSON.stringify(redis).includes(`"${word}"`)) seen.add(word)
      expect(memory).toEqual(redis)
    },
  )
  await fc.assert(property, { numRuns: RUNS })
  expect([...seen].sort()).toEqual([...WORTH_SEEING].sort())
})
