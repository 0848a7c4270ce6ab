import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lock } from '../fleet/lock.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { startWatching, until, type Watching } from '../watch/test-watching.ts'

const ONE = '1b2f3c4d-58cc-4372-a567-0e02b2c3d479'
const OTHER = '9c858901-8a57-4791-81fe-4c455b099bc9'
const HEX = '70ae1b55ae774347179c64e8d2f4ea03'
const DIGEST = `uniquejobs:${HEX}`
const TTL_MS = 600_000

type Command = [string, ...(string | number)[]]
interface Written {
  name: string
  /** With all of their ends at this time. */
  commands: (end: number) => Command[]
  /** What the console makes of it. */
  is: Partial<Record<keyof Lock, unknown>> & { dialect: string }
  holders: number
}

const mutex = { kind: 'mutex', state: 'held', waiters: { known: false } }
const set = (key: string, value: string): Command => ['set', key, value, 'PX', TTL_MS]
const ends = (key: string, end: number): Command => ['pexpireat', key, end]

/** As libraries of other languages leave it in Redis. */
const ALL: Written[] = [
  {
    name: 'plain',
    commands: (end) => [['hset', 'plain', `${ONE}:57`, 2], ends('plain', end)],
    is: { dialect: 'redisson', confidence: 'certain', ...mutex },
    holders: 1,
  },
  {
    name: 'fair',
    commands: (end) => [
      ['hset', 'fair', `${ONE}:57`, 1],
      ends('fair', end),
      ['rpush', 'redisson_lock_queue:{fair}', `${OTHER}:1`, `${OTHER}:2`],
      ['zadd', 'redisson_lock_timeout:{fair}', end, `${OTHER}:1`, end, `${OTHER}:2`],
    ],
    is: { dialect: 'redisson', kind: 'mutex', waiters: { known: true, count: 2, list: [{}, {}] } },
    holders: 1,
  },
  {
    name: 'fenced',
    commands: (end) => [
      ['hset', 'fenced', `${ONE}:57`, 1],
      ends('fenced', end),
      ['set', 'redisson_lock_token:{fenced}', 42],
    ],
    is: { dialect: 'redisson', holders: [{ fence: '42' }] },
    holders: 1,
  },
  {
    name: 'readers',
    commands: (end) => [
      ['hset', 'readers', 'mode', 'read', `${ONE}:57`, 1, `${OTHER}:1`, 1],
      ends('readers', end),
    ],
    is: { dialect: 'redisson', kind: 'read-write', state: 'held' },
    holders: 2,
  },
  {
    name: 'permits',
    commands: (end) => [
      ['set', 'permits', 1],
      ['zadd', '{permits}:timeout', end, 'p'.repeat(16), end, 'q'.repeat(16)],
    ],
    is: { dialect: 'redisson-permits', kind: 'semaphore', permits: 3 },
    holders: 2,
  },
  {
    name: 'nightly',
    commands: () => [set('job-lock:default:nightly', `ADDED:2026-11-21T02:59:30.125Z@web-3:${ONE}`)],
    is: { dialect: 'shedlock', confidence: 'certain', ...mutex, holders: [{ label: 'web-3' }] },
    holders: 1,
  },
  {
    name: 'shared:lock',
    commands: (end) => [
      ['zadd', 'shared:lock', end, `${'a1B+'.repeat(10)}xyz=`, end, '__write__'],
      ends('shared:lock', end),
    ],
    is: { dialect: 'symfony', ...mutex },
    holders: 1,
  },
  {
    name: 'book',
    commands: (end) => [
      ['sadd', 'book.readers', `web-3_812_${HEX}`, `web-4_9_${HEX}`],
      ends('book.readers', end),
      set('book.writer', `web-5_7_${HEX}_WRITERWAITING`),
    ],
    is: { dialect: 'distributed-lock-rw', kind: 'read-write', waiters: { known: true, count: 1 } },
    holders: 2,
  },
  {
    name: 'page',
    commands: () => [set('page.writer', `web-5_7_${HEX}`)],
    is: { dialect: 'distributed-lock-rw', kind: 'read-write', holders: [{ label: 'web-5, pid 7' }] },
    holders: 1,
  },
  {
    name: DIGEST,
    commands: () => [
      ['hset', `${DIGEST}:LOCKED`, 'c0ffee00c0ffee00c0ffee00', '1795226219.637'],
      ['set', `${DIGEST}:INFO`, '{"worker":"ReportWorker","limit":1}'],
      ['zadd', 'uniquejobs:digests', 1_795_226_219, DIGEST],
    ],
    is: {
      dialect: 'sidekiq-unique-jobs',
      ...mutex,
      holders: [{ label: 'ReportWorker', remainingIs: 'none' }],
    },
    holders: 1,
  },
  {
    name: 'mail',
    commands: () => [set('rueidislock:1:mail', 'x'.repeat(24)), set('rueidislock:2:mail', 'x'.repeat(24))],
    is: { dialect: 'rueidislock', confidence: 'certain', ...mutex },
    holders: 1,
  },
  {
    name: 'orders',
    commands: () => [
      set(':1:orders', 'dead0ceae54e11f1bd6502fc00000001'),
      set('lock:orders', 'aB3dE6gH9jK2mN5pQ8sT1v/+'),
    ],
    is: { dialect: 'python-redis-lock', confidence: 'likely', ...mutex },
    holders: 1,
  },
  {
    name: 'cart_lock',
    commands: () => [set(':2:cart_lock', 'dead0ceae54e11f1bd6502fc00000001')],
    is: { dialect: 'django-redis', confidence: 'likely', ...mutex },
    holders: 1,
  },
]

describe('what libraries of other languages leave in Redis', () => {
  let server: RedisServer
  let redis: Redis
  let watching: Watching

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
    const end = Date.now() + TTL_MS
    for (const [name, ...args] of ALL.flatMap(({ commands }) => commands(end)))
      await redis.call(name, ...args)
    watching = await startWatching({ id: 'other', kind: 'redis', url: server.url })
  })
  afterAll(async () => {
    await watching.close()
    redis.disconnect()
    await server.close()
  })

  it.each(ALL)('$is.dialect: $name', async ({ name, is, holders }) => {
    const lock = await until('the lock', () => {
      const found = [...watching.watch.locks.briefs()].find(
        (each) => each.name === name && each.dialect === is.dialect,
      )
      return found && watching.watch.locks.get(found.id)
    })
    expect(lock).toMatchObject(is)
    expect(lock.holders).toHaveLength(holders)
  })
})
