import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { startWatching, testDigest, until, type Watching } from '../watch/test-watching.ts'
import { lockInTime, nameOf, openReading, type Reading } from './reading.ts'

const TTL_MS = 30_000

/** Takes a lock on all of the nodes and says how to give it back. */
type Take = (nodes: Redis[], name: string) => Promise<() => Promise<unknown>>

const LIBRARIES: [string, Take][] = [
  [
    'redlock 4',
    async (nodes, name) => {
      const { default: Redlock } = await import('redlock4')
      const held = await new Redlock(nodes).lock(name, TTL_MS)
      return () => held.unlock()
    },
  ],
  [
    'redlock 5',
    async (nodes, name) => {
      const { default: Redlock } = await import('redlock5')
      const held = await new Redlock(nodes).acquire([name], TTL_MS)
      return () => held.release()
    },
  ],
  [
    '@sesamecare-oss/redlock',
    async (nodes, name) => {
      const { Redlock } = await import('@sesamecare-oss/redlock')
      const held = await new Redlock(nodes).acquire([name], TTL_MS)
      return () => held.release()
    },
  ],
  [
    'redlock-universal',
    async (nodes, name) => {
      const { createRedlock, IoredisAdapter } = await import('redlock-universal')
      const adapters = nodes.map((node) => new IoredisAdapter(node))
      const lock = createRedlock({ key: name, ttl: TTL_MS, adapters })
      const held = await lock.acquire()
      return () => lock.release(held)
    },
  ],
]

const leftOn = (nodes: Redis[], name: string): Promise<number[]> =>
  Promise.all(nodes.map((node) => node.pttl(name)))

describe('locks of the redlock family', () => {
  let servers: RedisServer[] = []
  let nodes: Redis[] = []
  let reading: Reading
  let watching: Watching

  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startRedis()))
    nodes = servers.map(({ url }) => new Redis(url).on('error', () => {}))
    reading = await openReading(servers[0]?.url ?? '')
    watching = await startWatching({ id: 'quorum', kind: 'redlock', nodes: servers.map(({ url }) => url) })
  })
  afterEach(() => Promise.all(nodes.map((node) => node.flushall())))
  afterAll(async () => {
    await watching.close()
    await reading.close()
    for (const node of nodes) node.disconnect()
    await Promise.all(servers.map((server) => server.close()))
  })

  it.each(LIBRARIES)('%s on one Redis is likely by its name, and a candidate without', async (_, take) => {
    const [node] = nodes
    if (!node) throw new Error('no server')
    const clients = [node]
    const give = await take(clients, 'orders:lock')
    const sighting = await lockInTime(reading, node, 'orders:lock')
    expect(sighting).toMatchObject({
      ...{ dialect: 'redlock', confidence: 'likely', kind: 'mutex', waiters: { known: false } },
      holders: [{ tokenDigest: testDigest((await node.get('orders:lock')) ?? ''), since: null }],
    })
    await give()
    expect(await reading.sweep()).toEqual([])
    await take(clients, 'orders')
    expect(await lockInTime(reading, node, 'orders')).toMatchObject({ confidence: 'candidate' })
  })

  it('are certain where the operator says so, and nothing where he says that they are none', async () => {
    const pins = [
      { match: 'job:*', dialect: 'redlock' },
      { match: 'cache:*', dialect: 'none' },
    ]
    const pinned = await openReading(servers[0]?.url ?? '', pins)
    try {
      const [node] = nodes
      const [[, take] = []] = LIBRARIES
      for (const name of ['job:1', 'cache:lock']) await take?.(nodes.slice(0, 1), name)
      await node?.set('job:2', 'anything', 'PX', TTL_MS)
      for (const key of ['job:1', 'job:2'])
        expect(await pinned.lock(key)).toMatchObject({ dialect: 'redlock', confidence: 'certain' })
      expect((await pinned.sweep()).map(nameOf).sort()).toEqual(['job:1', 'job:2'])
    } finally {
      await pinned.close()
    }
  })

  it.each(LIBRARIES)('%s on three is certain by its votes, whatever its name', async (library, take) => {
    const name = `orders of ${library}`
    const give = await take(nodes, name)
    const lock = await until('three votes', () => {
      const found = watching.lock(name)
      return found?.votes.every(({ vote }) => vote === 'holder') ? found : null
    })
    expect(lock).toMatchObject({
      ...{ dialect: 'redlock', state: 'held', confidence: 'certain', quorum: { needed: 2, of: 3 } },
      ...{ kind: 'mutex', waiters: { known: false } },
      votes: [{ same: true }, { same: true }, { same: true }],
      holders: [{ tokenDigest: testDigest((await nodes[0]?.get(name)) ?? ''), remainingIs: 'exact' }],
    })
    const before = await leftOn(nodes, name)
    const fresh = await watching.watch.reread(lock.id)
    const after = await leftOn(nodes, name)
    expect(fresh?.holders[0]?.remainingMs).toBeLessThanOrEqual(Math.max(...before))
    expect(fresh?.holders[0]?.remainingMs).toBeGreaterThanOrEqual(Math.min(...after))
    await give()
    await until('its end', () => watching.lock(name)?.state !== 'held')
  })
})
