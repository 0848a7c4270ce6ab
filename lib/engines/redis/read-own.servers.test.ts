import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sighting } from '../../fleet/sighting.ts'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { lockKey, queueKey, waitersKey } from './layout.ts'
import { ClockOffset } from './node-time.ts'
import { readOwn } from './read-own.ts'
import { createWay } from './read-way.ts'
import { openReader, type Reader } from './reader.ts'

const HUGE = 5_000_000

let server: RedisServer
let redis: Redis
let reader: Reader

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
  reader = openReader(server.url)
})
afterAll(async () => {
  reader.close()
  redis.disconnect()
  await server.close()
})

const sentBytes = async () => Number(/total_net_output_bytes:(\d+)/.exec(await redis.info('stats'))?.[1])

async function read(name: string): Promise<Sighting | null | undefined> {
  const digest = (token: Uint8Array | string) => Buffer.from(token).toString('latin1')
  const own = { reader, way: createWay(reader), digest, clock: new ClockOffset() }
  return (await readOwn(own, [Buffer.from(lockKey(name))]))[0]
}

test('huge values and records are not fetched, and hide nobody beside them', async () => {
  const token = 'a'.repeat(32)
  const waiter = JSON.stringify({ since: 1, until: Date.now() + 60_000, owner: { service: 'patient' } })
  await redis.set(lockKey('x'), `${token} ${'y'.repeat(HUGE)}`)
  await redis.zadd(queueKey('x'), 1, 'huge', 2, 'small')
  await redis.hset(waitersKey('x'), { huge: 'z'.repeat(HUGE), small: waiter })
  const before = await sentBytes()
  expect(await read('x')).toMatchObject({
    holders: [{ tokenDigest: token, label: '?' }],
    waiters: { list: [{ tokenDigest: 'small', label: 'patient' }] },
  })
  expect((await sentBytes()) - before).toBeLessThan(100_000)
})

const record = (until: number, service: string) =>
  JSON.stringify({ since: 1, ttl: 9_000, until, owner: { service } })

test('several holders are read from one hash, and from a key for each slot', async () => {
  const until = Date.now() + 60_000
  const [first, second] = ['1'.repeat(32), '2'.repeat(32)]
  await redis.hset(lockKey('lone'), {
    ...{ permits: '3', other: 'x', [first]: record(until, 'one'), [second]: record(1, 'over') },
  })
  expect(await read('lone')).toMatchObject({ kind: 'semaphore', permits: 3, holders: [{ label: 'one' }] })
  await redis.hset(lockKey('voter'), { permits: '2' })
  await redis.set(`${lockKey('voter')}:slot:1`, `${second} ${record(until, 'two')}`, 'PX', 5_000)
  expect(await read('voter')).toMatchObject({ kind: 'semaphore', holders: [{ label: 'two', slot: 1 }] })
})

test('a closed gate is read with what was said about it', async () => {
  const until = Date.now() + 60_000
  await redis.hset(`${lockKey('gate')}:gate`, {
    freeze: JSON.stringify({ until, by: 'eve', message: 'migration' }),
    'hold-back': `{"until":1,"message":"${'z'.repeat(HUGE)}"}`,
  })
  expect(await read('gate')).toMatchObject({
    holders: [],
    gate: { freeze: { by: 'eve', message: 'migration' }, holdBack: null },
  })
})

test('a key that is of another type by now is no lock, and no reason to fail', async () => {
  await redis.hset(lockKey('hash'), 'a', 'b')
  await redis.set(queueKey('hash'), 'no queue')
  expect(await read('hash')).toBeNull()
  await redis.set(lockKey('odd'), `${'b'.repeat(32)} {}`)
  await redis.zadd(queueKey('odd'), 1, 'w')
  await redis.set(waitersKey('odd'), 'no hash')
  expect(await read('odd')).toMatchObject({ holders: [{ label: '?' }], waiters: { list: [] } })
})
