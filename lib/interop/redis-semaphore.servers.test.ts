import { Redis } from 'ioredis'
import { MultiSemaphore, Mutex, RedlockMutex, RedlockSemaphore, Semaphore } from 'redis-semaphore'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { startWatching, testDigest, until, type Watching } from '../watch/test-watching.ts'
import { lockInTime, nameOf, openReading, type Reading } from './reading.ts'

const still = { lockTimeout: 30_000, refreshInterval: 0 }

describe('locks of redis-semaphore', () => {
  let server: RedisServer
  let redis: Redis
  let reading: Reading

  beforeAll(async () => {
    server = await startRedis()
    redis = new Redis(server.url).on('error', () => {})
    reading = await openReading(server.url)
  })
  afterEach(() => redis.flushall())
  afterAll(async () => {
    await reading.close()
    redis.disconnect()
    await server.close()
  })

  it('are mutexes with one holder', async () => {
    const mutex = new Mutex(redis, 'orders', { ...still, identifierSuffix: 'worker-3' })
    await mutex.acquire()
    const sighting = await lockInTime(reading, redis, 'mutex:orders')
    expect(sighting).toMatchObject({
      ...{ dialect: 'redis-semaphore', confidence: 'likely', kind: 'mutex', waiters: { known: false } },
      holders: [{ tokenDigest: testDigest((await redis.get('mutex:orders')) ?? ''), label: 'worker-3' }],
    })
    expect(nameOf(sighting)).toBe('orders')
    await mutex.release()
    expect(await reading.sweep()).toEqual([])
  })

  it('are semaphores with as many holders as have a permit', async () => {
    const permits = [1, 2].map(() => new Semaphore(redis, 'slots', 3, still))
    for (const permit of permits) await permit.acquire()
    const sighting = await reading.lock('semaphore:slots')
    expect(sighting).toMatchObject({
      ...{ dialect: 'redis-semaphore', confidence: 'certain', kind: 'semaphore', permits: null },
      waiters: { known: false },
    })
    const members = await redis.zrange('semaphore:slots', '0', '-1')
    expect(sighting.holders.map(({ tokenDigest }) => tokenDigest)).toEqual(
      members.map((member) => testDigest(String(member))),
    )
    await permits[0]?.release()
    const left = await lockInTime(reading, redis, 'semaphore:slots')
    expect(left.holders).toHaveLength(1)
    await permits[1]?.release()
    expect(await reading.sweep()).toEqual([])
  })

  it('have one holder of several permits that were taken together', async () => {
    const several = new MultiSemaphore(redis, 'slots', 5, 2, still)
    await several.acquire()
    const sighting = await lockInTime(reading, redis, 'semaphore:slots')
    expect(sighting).toMatchObject({
      ...{ dialect: 'redis-semaphore', kind: 'semaphore' },
      holders: [{ identity: { labels: { permits: '2' } } }],
    })
    await several.release()
  })
})

describe('a quorum of redis-semaphore', () => {
  let servers: RedisServer[] = []
  let nodes: Redis[] = []
  let watching: Watching

  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startRedis()))
    nodes = servers.map(({ url }) => new Redis(url).on('error', () => {}))
    watching = await startWatching({ id: 'q', kind: 'redlock', nodes: servers.map(({ url }) => url) })
  })
  afterAll(async () => {
    await watching.close()
    for (const node of nodes) node.disconnect()
    await Promise.all(servers.map((each) => each.close()))
  })

  const held = (name: string, holders: number) =>
    until('three votes', () => {
      const found = watching.lock(name)
      const isAll = found?.votes.every(({ vote }) => vote === 'holder')
      return isAll && found?.holders.length === holders ? found : null
    })

  it('is certain by its votes', async () => {
    await new RedlockMutex(nodes, 'orders', still).acquire()
    expect(await held('orders', 1)).toMatchObject({
      ...{ dialect: 'redis-semaphore', state: 'held', confidence: 'certain', kind: 'mutex' },
      waiters: { known: false },
    })
  })

  it('has as many holders as have a permit of most nodes', async () => {
    const permits = [1, 2].map(() => new RedlockSemaphore(nodes, 'slots', 3, still))
    for (const permit of permits) await permit.acquire()
    const members = (await nodes[0]?.zrange('semaphore:slots', '0', '-1')) ?? []
    const lock = await held('slots', 2)
    expect(lock).toMatchObject({
      dialect: 'redis-semaphore',
      state: 'held',
      kind: 'semaphore',
      permits: null,
    })
    expect(lock.holders.map(({ tokenDigest }) => tokenDigest).sort()).toEqual(
      members.map((member) => testDigest(String(member))).sort(),
    )
    await permits[0]?.release()
    await held('slots', 1)
  })
})
