import type { Raw } from './dialect.ts'
import { hash, items, NOW, none, string, zset } from './test-seen.ts'

/** For tests: one lock of every dialect, with all that stands beside it. */

const UUID = '1069c53e-82d5-4e86-89e6-29c9447d4997'
const UUID_1 = 'dead0cea-e54e-11f1-bd65-02fc00000001'
const HEX_1 = UUID_1.replaceAll('-', '')
const HEX = '70ae1b55ae774347179c64e8d2f4ea03'
const THREAD = '1b2f3c4d-58cc-4372-a567-0e02b2c3d479:57'
const OTHER = '9c858901-8a57-4791-81fe-4c455b099bc9:1'
const DOTNET = `web_1_812_${HEX}`
const DIGEST = `uniquejobs:${HEX}`
const THING = '6v1w5Zl0Q3fX2a9bC4dE+g'
const SYMFONY = `${'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA'.repeat(2).slice(0, 43)}=`
const JOB = { data: '{}', opts: '{}', timestamp: '1795226219637', processedOn: '1795226219637', pb: 'w-3' }
const LETTERS = 'aB3dE6gH9jK2mN5pQ8rS'

export interface Fixture {
  dialect: string
  raw: Raw
  beside?: Raw[]
}

const strings: [dialect: string, key: string, value: string, expiry?: number][] = [
  ['redlock', 'orders:lock', HEX],
  ['redlock-universal', 'orders:lock', 'node-3:1795226219637:70ae1b55ae774347'],
  ['redis-semaphore', 'mutex:orders', `${UUID}-worker`],
  ['redis-py', 'orders:lock', HEX_1],
  ['django-redis', ':1:orders:lock', HEX_1],
  ['redbeat', 'redbeat::lock', HEX_1],
  ['celery-once', 'qo_tasks.a_k-1', HEX_1],
  ['shedlock', 'job-lock:default:report', `ADDED:2026-11-21T02:59:30.123Z@web-3:${UUID}`],
  ['spring-integration', 'registry:orders', UUID],
  ['redlock-net', 'redlock:orders', UUID],
  ['redsync', 'orders:lock', '1qgmsOVOQfGVut+6Vbz4AA=='],
  ['bsm-redislock', 'orders:lock', '1qgmsOVOEfGVut_6Vbz48w'],
  ['go-zero', 'orders:lock', LETTERS.slice(0, 16)],
  ['distributed-lock', 'orders:lock', DOTNET],
  ['hangfire', '{hangfire}:orders', UUID],
  ['laravel', 'shop-database-shop-cache-laravel_unique_job:a', LETTERS.slice(0, 16), -1],
  ['laravel-funnel', 'shop-database-export3', LETTERS],
  ['symfony', 'orders:lock', SYMFONY],
  ['activejob-uniqueness', 'activejob_uniqueness:report:no_arguments', UUID],
  ['redis-mutex', 'RedisMutex:orders', String(NOW / 1_000 + 5), -1],
  ['python-redis-lock', 'lock:orders', 'aB3dE6gH9jK2mN5pQ8rS1tU4', -1],
  ['celery-singleton', `SINGLETONLOCK_${HEX}`, UUID, -1],
  ['huey', 'huey.r.mail.mail.lock.send', '1', -1],
  ['rq', 'rq:scheduler-lock:default', 'rq-scheduler-3'],
  ['redlock-py', 'orders:lock', `${LETTERS}1Z`],
  ['warlock', 'orders:lock', '3q0M6uVOEfG9ZQL8AAAAAQ=='],
  ['redis-lock', 'lock.orders', String(NOW + 5_000)],
  ['redislock', 'orders:lock', UUID_1],
  ['simple-redis-mutex', '@simple-redis-mutex:lock-orders', '0.9449314219439131'],
  ['medusa', 'medusa_lock:orders', '*', -1],
  ['lock4j', 'lock4j:orders', HEX],
  ['asynq', 'asynq:{mail}:unique:send:abc', UUID],
  ['rslock', 'orders:lock', `\x01\xfe${LETTERS.slice(0, 18)}`],
  ['uuid-token', 'orders:lock', UUID],
]

export const fixtures: readonly Fixture[] = [
  ...strings.map(([dialect, key, value, expiry]) => ({ dialect, raw: string(key, value, expiry) })),
  {
    dialect: 'redisson',
    raw: hash('orders', { [THREAD]: '2' }),
    beside: [
      items('list', 'redisson_lock_queue:{orders}', [OTHER]),
      zset('redisson_lock_timeout:{orders}', { [OTHER]: NOW + 1_000 }, -1),
      string('redisson_lock_token:{orders}', '42', -1),
    ],
  },
  {
    dialect: 'redisson',
    raw: hash('orders', { mode: 'read', [THREAD]: '1', [OTHER]: '1' }),
    beside: [string(`{orders}:${THREAD}:rwlock_timeout:1`, '1', 3_000)],
  },
  {
    dialect: 'redisson-faster',
    raw: hash('orders', {
      [THING]: THREAD,
      [`${THING}:${THREAD}:expire_time`]: String(NOW + 5_000),
      [`${THING}:${THREAD}:lock_count`]: '1',
    }),
  },
  {
    dialect: 'redisson-permits',
    raw: string('slots', '2', -1),
    beside: [zset('{slots}:timeout', { [LETTERS.slice(0, 16)]: NOW + 4_000 }, -1)],
  },
  {
    dialect: 'bullmq',
    raw: string('bull:mail:7:lock', `${UUID}:0`),
    beside: [hash('bull:mail:7', JOB, -1), hash('bull:mail:meta', { version: 'bullmq:5' }, -1)],
  },
  { dialect: 'bull', raw: string('bull:mail:7:lock', UUID), beside: [hash('bull:mail:7', JOB, -1)] },
  {
    dialect: 'redis-semaphore',
    raw: zset('semaphore:slots', { [UUID]: NOW - 100, [`${UUID}_1`]: NOW - 50 }),
  },
  { dialect: 'distributed-lock', raw: zset('slots', { [DOTNET]: NOW + 3_000 }) },
  {
    dialect: 'distributed-lock-rw',
    raw: items('set', 'cache.readers', [DOTNET], 5_000),
    beside: [string('cache.writer', `${DOTNET}_WRITERWAITING`)],
  },
  { dialect: 'symfony', raw: zset('orders', { [SYMFONY]: NOW + 5_000, __write__: NOW + 5_000 }) },
  {
    dialect: 'sidekiq-unique-jobs',
    raw: hash(`${DIGEST}:LOCKED`, { c0ffee00c0ffee00c0ffee00: '1795226219.637' }, -1),
    beside: [string(`${DIGEST}:INFO`, '{"worker":"Report","limit":3,"time":1795226219.5}', -1)],
  },
  {
    dialect: 'redis-semaphore-ruby',
    raw: hash('SEMAPHORE:slots:GRABBED', { 0: '1795226219.637' }, -1),
    beside: [items('list', 'SEMAPHORE:slots:AVAILABLE', ['1'])],
  },
  { dialect: 'huey-results', raw: hash('huey.results.mail', { 'mail.lock.send': '1' }, -1) },
  {
    dialect: 'rueidislock',
    raw: none('rueidislock:0:orders'),
    beside: ['1', '2'].map((at) => string(`rueidislock:${at}:orders`, 'a random token of 24 b..')),
  },
]
