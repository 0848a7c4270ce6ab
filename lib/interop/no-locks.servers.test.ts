import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sighting } from '../fleet/sighting.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { nameOf, openReading } from './reading.ts'

const OF_EACH = 2_000
const BATCH = 5_000

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')
const base64 = (bytes: number): string => randomBytes(bytes).toString('base64')
const url64 = (bytes: number): string => randomBytes(bytes).toString('base64url')
const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
const json = (index: number): string =>
  JSON.stringify({ id: index, name: 'Ada', cart: [hex(4)], at: Date.now() })
const seconds = (least: number, most: number) => least + Math.floor(Math.random() * (most - least))

type Command = [string, ...(string | number)[]]
const set = (key: string, value: string | number, ttl?: number): Command =>
  ttl === undefined ? ['set', key, value] : ['set', key, value, 'EX', ttl]

/** What is found in databases that other things than locks are kept in: 25 kinds of it, 2,000 of each. */
const KINDS: ((index: number) => Command[])[] = [
  (index) => [set(`sess:${hex(16)}`, json(index), seconds(60, 86_400))],
  (index) => [set(`session:${index}`, hex(16), seconds(60, 86_400))],
  () => [set(`session:${randomUUID()}`, randomUUID(), seconds(60, 86_400))],
  () => [set(`spring:session:sessions:expires:${randomUUID()}`, '', seconds(60, 1_800))],
  (index) => [
    [
      'hset',
      `spring:session:sessions:${randomUUID()}`,
      'creationTime',
      Date.now(),
      'lastAccessedTime',
      index,
    ],
  ],
  () => [set(`idempotency:${randomUUID()}`, randomUUID(), 86_400)],
  (index) => [set(`idempotency-key:${hex(16)}`, json(index), 86_400)],
  (index) => [set(`refresh_token:${index}`, url64(32), 2_592_000)],
  (index) => [set(`password-reset:${index}`, hex(16), 3_600)],
  (index) => [set(`csrf:${index}`, base64(16), 7_200)],
  (index) => [set(`otp:+4917${index}`, String(seconds(100_000, 999_999)), 300)],
  (index) => [set(`cache:product:${index}`, json(index), seconds(10, 600))],
  (index) => [set(`:1:views.decorators.cache.cache_page..GET.${md5(String(index))}`, json(index), 600)],
  (index) => [set(`laravel_database_laravel_cache_:user.${index}`, `i:${index};`, 600)],
  (index) => [set(`etag:${index}`, md5(String(index)), 600)],
  (index) => [set(`rate:10.0.${index >> 8}.${index & 255}`, seconds(1, 100), seconds(1, 60))],
  (index) => [set(`counter:page:${index}`, index)],
  (index) => [set(`block:${index}:unlocked`, hex(16), 3_600), set(`clock:skew:${index}`, '17')],
  (index) => [['hset', `user:${index}`, 'name', 'Ada', 'mail', `ada${index}@example.org`, 'locked', '0']],
  (index) => [
    ['hset', `cart:${index}`, randomUUID(), 2],
    ['expire', `cart:${index}`, 3_600],
  ],
  (index) => [['zadd', `leaderboard:${index}`, index, `player:${hex(4)}`, 7, randomUUID()]],
  (index) => [['zadd', `delayed:${index}`, Date.now() + 60_000, randomUUID()]],
  (index) => [
    ['rpush', `queue:${index}`, json(index)],
    ['sadd', `tags:${index}`, 'a', hex(4)],
  ],
  (index) => [['xadd', `events:${index}`, '*', 'type', 'paid', 'id', randomUUID()]],
  (index) => [
    [
      'hset',
      `bull:mail:${index}`,
      'name',
      'welcome',
      'data',
      json(index),
      'opts',
      '{}',
      'timestamp',
      Date.now(),
    ],
    ['zadd', 'bull:mail:completed', index, index],
  ],
]

describe('a Redis without a lock', () => {
  let server: RedisServer
  let redis: Redis

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
    let commands: Command[] = []
    const send = async () => {
      const answers = (await redis.pipeline(commands).exec()) ?? []
      expect(answers.filter(([error]) => error)).toEqual([])
      commands = []
    }
    for (let index = 0; index < OF_EACH; index++) {
      for (const kind of KINDS) commands.push(...kind(index))
      if (commands.length > BATCH) await send()
    }
    await send()
  })
  afterAll(async () => {
    redis.disconnect()
    await server.close()
  })

  const doubtless = (found: Sighting[]) =>
    found.filter(({ confidence }) => confidence !== 'candidate').map(nameOf)

  it('shows none of 50,000 sessions, caches, counters, queues and tokens as certain or likely', async () => {
    const reading = await openReading(server.url)
    const keys = await redis.keys('*')
    expect(keys.length).toBeGreaterThan(50_000)
    await redis.set('a:lock', randomUUID(), 'PX', 30_000)
    try {
      expect(doubtless(await reading.sweep())).toEqual(['a:lock'])
      // A sweep looks into a part of those whose name says nothing; here all of them are.
      expect(doubtless(await reading.under(['a:lock']))).toEqual(['a:lock'])
      for (let at = 0; at < keys.length; at += BATCH)
        expect(doubtless(await reading.under(keys.slice(at, at + BATCH)))).toEqual([])
    } finally {
      await reading.close()
    }
  })
})
