import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { createRedisNode, type RedisNode } from '../redis/driver.ts'
import { memoryEngine } from './differential-memory.ts'
import { play } from './differential-play.ts'
import { type Ears, listenTo, redisEngine } from './differential-redis.ts'
import { QUARANTINE_MS, type Step, scripts } from './differential-steps.ts'

const RUNS = 600
/** What a voter follows of a proposed fence depends on its clock: who takes longer is played once more. */
const PLAYED_WITHIN_MS = 300

const ALWAYS_SEEN = [
  'granted',
  'held',
  'not-held',
  'permits',
  'frozen',
  'held-back',
  'lapsing',
  'notice',
  'look',
]

describe.each([
  { kind: 'a lone node', votes: false, seen: ['queued', 'handed'] },
  { kind: 'a voter', votes: true, seen: ['queued', 'quarantined', 'wake'] },
])('memory and Redis as $kind', ({ votes, seen }) => {
  let server: RedisServer
  let raw: Redis
  let ears: Ears
  let node: RedisNode

  beforeAll(async () => {
    server = await startRedis()
    raw = new Redis(server.url)
    // Fields stay in the order of writing: who was first of those of one millisecond is not left to chance.
    await raw.config('SET', 'hash-max-listpack-value', '65536')
    const quarantineMs = votes ? QUARANTINE_MS : null
    node = createRedisNode({ id: 'r', url: server.url, quarantineMs, indexAfterMs: 0 })
    ears = await listenTo(node, raw)
  })
  afterAll(async () => {
    await node.close()
    raw.disconnect()
    await server.close()
  })

  const playBoth = async (script: Step[], bootstrapped: boolean): Promise<unknown[]> => {
    const startedAt = performance.now()
    const engines = [await memoryEngine(votes), await redisEngine(node, raw, ears)]
    if (bootstrapped) await Promise.all(engines.map((engine) => engine.bootstrap()))
    const played = await Promise.all(engines.map((engine) => play(engine, script)))
    return performance.now() - startedAt > PLAYED_WITHIN_MS ? playBoth(script, bootstrapped) : played
  }

  test('answer alike, keep alike and tell alike, whatever they are asked', { timeout: 300_000 }, async () => {
    const words = new Set<string>()
    const property = fc.asyncProperty(scripts(votes), fc.boolean(), async (script, bootstrapped) => {
      const [memory, redis] = await playBoth(script, bootstrapped)
      for (const [, word] of JSON.stringify(redis).matchAll(/"([a-z-]+)"/g)) words.add(word ?? '')
      expect(memory).toEqual(redis)
    })
    await fc.assert(property, { numRuns: RUNS })
    // What is compared must also occur, or nothing is compared.
    expect([...words]).toEqual(expect.arrayContaining([...ALWAYS_SEEN, ...seen]))
  })
})
