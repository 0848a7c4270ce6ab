import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Sighting } from '../../fleet/sighting.ts'
import { type RedisServer, startRedis } from '../../rig/redis-server.ts'
import { fromKeyId, toKeyId } from '../key-id.ts'
import type { Observer, Pattern } from '../roles.ts'
import { observeRedis } from './observe.ts'
import { createBudget } from './read-budget.ts'
import { openReader } from './reader.ts'

let server: RedisServer
let redis: Redis
const ends: (() => unknown)[] = []

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url)
})
afterAll(async () => {
  redis.disconnect()
  await server.close()
})
beforeEach(() => redis.flushall())
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const PATIENCE = { timeout: 15_000, interval: 20 }
const TOKEN = 'e8e6e2f04334c1631ea89198c9162795'
const UUID = '1069c53e-82d5-4e86-89e6-29c9447d4997'
const idOf = (key: string) => toKeyId(Buffer.from(key))

function observe({ perSecond = 1_000_000, patterns = [] as Pattern[], user = '' } = {}): Observer {
  const budget = createBudget(perSecond)
  const url = server.url.replace('redis://', `redis://${user}`)
  const reader = openReader(url, budget)
  ends.push(() => reader.close())
  const digest = (token: Uint8Array | string) => Buffer.from(token).toString('latin1')
  return observeRedis({ voter: 'n1', to: url, reader, digest, patterns, budget, quorum: false })
}

async function sweep(observer: Observer): Promise<Sighting[]> {
  const found: Sighting[] = []
  for await (const page of observer.sweep(new AbortController().signal)) found.push(...page)
  return found
}

const keysOf = (sightings: readonly Sighting[]) =>
  sightings.map(({ key }) => fromKeyId(key).toString()).sort()

test('locks of every type are found among all keys, once each, also where no index names them', async () => {
  const now = Date.now()
  await redis.set('lock:orders', TOKEN, 'PX', 60_000)
  await redis.set('lk:{ours}', `${TOKEN} {}`, 'PX', 60_000)
  await redis.hset('lk:{shared}', { permits: '2', [TOKEN]: JSON.stringify({ until: now + 60_000 }) })
  await redis.zadd('lk:index', now, 'ours')
  await redis.zadd('semaphore:pool', now, UUID)
  await redis.pexpire('semaphore:pool', 60_000)
  await redis.hset('stock', `${UUID}:42`, '1')
  await redis.pexpire('stock', 60_000)
  await redis.mset(
    Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`cache:${at}`, `{"a":${at}}`])),
  )
  const found = await sweep(observe())
  expect(keysOf(found)).toEqual(['lk:{ours}', 'lk:{shared}', 'lock:orders', 'semaphore:pool', 'stock'])
})

test('a value that only might be a token is a candidate, and of those few are told', async () => {
  for (let from = 0; from < 1_500; from += 500) {
    const pipeline = redis.pipeline()
    for (let at = from; at < from + 500; at++) {
      pipeline.set(`session:${at}`, at.toString(16).padStart(32, 'e8e6e2f04334c163'), 'PX', 60_000)
    }
    await pipeline.exec()
  }
  const observer = observe()
  const found = await sweep(observer)
  expect(new Set(found.map(({ confidence }) => confidence))).toEqual(new Set(['candidate']))
  expect(found).toHaveLength(1_000)
  const [first] = found
  await redis.unlink(fromKeyId(first?.key ?? ''))
  expect([...(await observer.reread([first?.key ?? ''])).values()]).toEqual([null])
})

test('what an operator excludes is no lock, and what is pinned is certain', async () => {
  await redis.set('lock:not', TOKEN, 'PX', 60_000)
  await redis.set('anything', 'a token of ours', 'PX', 60_000)
  const patterns = [
    { match: 'lock:not', dialect: 'none' },
    { match: 'any*', dialect: 'redlock' },
  ]
  expect(await sweep(observe({ patterns }))).toMatchObject([{ key: idOf('anything'), confidence: 'certain' }])
})

test('a key that becomes another between two readings is what it is by then', async () => {
  const observer = observe()
  const read = async () => (await observer.reread([idOf('lock:x')])).get(idOf('lock:x'))
  await redis.set('lock:x', TOKEN, 'PX', 60_000)
  expect(await read()).toMatchObject({ dialect: 'redlock' })
  for (const other of [
    ['RPUSH', 'lock:x', 'a'],
    ['XADD', 'lock:x', '*', 'a', 'b'],
    ['HSET', 'lock:x', 'a', 'b'],
  ]) {
    await redis.unlink('lock:x')
    await redis.call(...(other as [string, ...string[]]))
    expect(await read()).toBeNull()
  }
})

test.each(['+@read +evalsha_ro +eval_ro', '+@read'])(
  'who may read some keys only sees those (%s)',
  async (rights) => {
    await redis.call('ACL', 'SETUSER', 'some', 'reset', 'on', '>pw', '~lock:a*', ...rights.split(' '))
    await redis.mset({ 'lock:a1': TOKEN, 'lock:b1': TOKEN, 'lk:{x}': TOKEN })
    await redis.zadd('lk:index', 1, 'x')
    const observer = observe({ user: 'some:pw@' })
    expect(keysOf(await sweep(observer))).toEqual(['lock:a1'])
    const again = await observer.reread([idOf('lock:a1'), idOf('lock:b1'), idOf('lk:{x}')])
    expect([...again.keys()]).toEqual([idOf('lock:a1')])
  },
)

test('a sweep that is not over does not go on when it is told to stop, nor when the node is gone', async () => {
  await redis.mset(Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`lock:${at}`, TOKEN])))
  const ending = new AbortController()
  const pages = observe().sweep(ending.signal)
  await pages[Symbol.asyncIterator]().next()
  ending.abort()
  await expect(async () => {
    for await (const page of pages) expect(page).toBeDefined()
  }).rejects.toThrow(/abort/i)
})

test('reading is counted key by key, and pauses when it has spent what it may', async () => {
  await redis.mset(Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`lock:${at}`, TOKEN])))
  const observer = observe()
  await sweep(observer)
  expect(observer.commands?.()).toBeGreaterThan(2_000)
  expect(observer.commands?.()).toBeLessThan(4_500)
  const budget = createBudget(1_000)
  expect(budget.pause()).toBeNull()
  budget.spend(10_010)
  await expect(budget.pause()).resolves.toBeUndefined()
  await vi.waitFor(() => expect(budget.pause()).toBeNull(), PATIENCE)
})

test('a change of any lock is told at once, whoever wrote it', async () => {
  const observer = observe()
  const told = vi.fn()
  ends.push(await observer.watch(told, () => {}))
  await redis.set('unrelated', '1')
  await redis.set('lock:late', TOKEN)
  await redis.set('lk:{late}', TOKEN)
  await vi.waitFor(
    () => expect(told.mock.calls.flat(2)).toEqual([idOf('lock:late'), idOf('lk:{late}')]),
    PATIENCE,
  )
})

test('where tracking is not allowed events of the keyspace tell it, if somebody enabled them', async () => {
  const rights = ['+@read', '+config|get', '+psubscribe', '&__keyspace@0__:*']
  await redis.call('ACL', 'SETUSER', 'plain', 'reset', 'on', '>pw', '~*', ...rights)
  const observer = observe({ user: 'plain:pw@' })
  await expect(
    observer.watch(
      () => {},
      () => {},
    ),
  ).rejects.toThrow(/NOPERM/)
  expect(observer.lacks?.()).toContain('CLIENT TRACKING')
  await redis.config('SET', 'notify-keyspace-events', 'KA')
  const told = vi.fn()
  ends.push(() => redis.config('SET', 'notify-keyspace-events', ''))
  ends.push(await observer.watch(told, () => {}))
  expect(observer.lacks?.()).not.toContain('CLIENT TRACKING')
  await redis.set('lock:late', TOKEN)
  await vi.waitFor(() => expect(told.mock.calls.flat(2)).toEqual([idOf('lock:late')]), PATIENCE)
})

test('where too much changes that is no lock, only ours are told, and the others are read in turn', async () => {
  const observer = observe({ perSecond: 200 })
  await redis.set('lock:known', TOKEN, 'PX', 60_000)
  const lost = vi.fn()
  ends.push(await observer.watch(() => {}, lost))
  await vi.waitFor(async () => {
    for (let at = 0; at < 50; at++) await redis.set(`counter:${at}`, at)
    expect(lost).toHaveBeenCalled()
  }, PATIENCE)
  await sweep(observer)
  const told = vi.fn()
  ends.push(await observer.watch(told, () => {}))
  await redis.set('counter:1', 'x')
  await redis.set('lk:{ours}', TOKEN)
  await vi.waitFor(() => {
    const keys = told.mock.calls.flat(2)
    expect(keys).toContain(idOf('lk:{ours}'))
    expect(keys.filter((key) => key === idOf('lock:known')).length).toBeGreaterThan(1)
  }, PATIENCE)
})
