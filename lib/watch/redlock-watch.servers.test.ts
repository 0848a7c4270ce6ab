import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { lockKey } from '../engines/redis/layout.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import { newToken, ownValue, startWatching, testDigest, until, type Watching } from './test-watching.ts'

describe('a watch on five independent Redis nodes', () => {
  let servers: RedisServer[] = []
  let nodes: Redis[] = []
  let watching: Watching

  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3, 4, 5].map(() => startRedis()))
  })
  afterAll(() => Promise.all(servers.map((server) => server.close())))
  beforeEach(async () => {
    nodes = servers.map(({ url }) => new Redis(url).on('error', () => {}))
    watching = await startWatching({ id: 'pay', kind: 'redlock', nodes: servers.map(({ url }) => url) })
    await until('the first sweep', () => watching.watch.backends()[0]?.sweptAt)
    await until('all nodes', () => watching.watch.backends()[0]?.quorum.answering === 5)
  })
  afterEach(async () => {
    await watching.close()
    for (const server of servers) if (!server.process.running) await server.restart()
    await Promise.all(nodes.map((node) => node.flushall()))
    for (const node of nodes) node.disconnect()
  })

  const vote = (token: string, on: number[], name = 'resource') =>
    Promise.all(on.map((index) => nodes[index]?.set(name, token, 'PX', 30_000, 'NX')))
  /** 32 hex digits that can't be mistaken for a UUID. */
  const plainToken = () => newToken().replace(/^(.{12})./, '$15')
  const votes = (name: string) => watching.lock(name)?.votes.map(({ vote }) => vote)
  const kinds = (name: string) => watching.kinds(name)

  it('knows a name with one random token on a majority for a redlock, whatever it is called', async () => {
    const token = plainToken()
    await vote(token, [0, 1, 2, 4])
    const lock = await until('the lock', () => watching.lock('resource'))
    expect(lock).toMatchObject({
      state: 'held',
      dialect: 'redlock',
      confidence: 'certain',
      quorum: { needed: 3, of: 5 },
      waiters: { known: false },
      releaseBlocked: null,
    })
    await until('four votes', () => votes('resource')?.join() === 'holder,holder,holder,empty,holder')
    expect(watching.lock('resource')?.holders).toMatchObject([{ tokenDigest: testDigest(token) }])
    expect(kinds('resource')).toEqual(['granted'])
  })

  it('leaves alone what only one node has and no name gives away', async () => {
    await vote(plainToken(), [3], 'cache:1')
    await vote(plainToken(), [0, 1, 2, 3, 4])
    await until('the other lock', () => watching.lock('resource'))
    expect(watching.lock('cache:1')).toBeUndefined()
  })

  it('tells of no disagreement while a lock changes hands', async () => {
    const seen = new Set<string>()
    watching.watch.onChange(({ changed }) => {
      for (const id of changed) seen.add(watching.watch.locks.get(id)?.state ?? '')
    })
    for (let round = 0; round < 20; round++) {
      const token = newToken()
      await Promise.all(nodes.map((node) => node.set(lockKey('a'), ownValue(token, 9_000), 'PX', 9_000)))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await until('the last one', () => watching.lock('a')?.state === 'held')
    expect([...seen]).toEqual(['held'])
  })

  it('says partial and split when the nodes really disagree', async () => {
    await vote(plainToken(), [0, 1], 'locks:some')
    const partial = await until('partial', () => watching.lock('locks:some'))
    expect(partial).toMatchObject({ state: 'partial', holders: [{ since: null }] })
    await vote(plainToken(), [2, 3], 'locks:some')
    const split = await until('split', () => {
      const lock = watching.lock('locks:some')
      return lock?.state === 'split' ? lock : null
    })
    expect(split.verdicts.map(({ id }) => id)).toEqual(['split'])
    expect(split.releaseBlocked).toMatch(/none has a majority/)
    expect(kinds('locks:some')).toEqual([])
  })

  it('reads fresh what is there now, also while the nodes disagree', async () => {
    const first = newToken()
    const second = newToken()
    await Promise.all(nodes.map((node) => node.set(lockKey('c'), ownValue(first, 60_000), 'PX', 60_000)))
    const lock = await until('the lock', () => watching.lock('c'))
    await Promise.all(
      nodes.slice(0, 2).map((node) => node.set(lockKey('c'), ownValue(second, 60_000), 'PX', 60_000)),
    )
    const fresh = await watching.watch.reread(lock.id)
    expect(fresh?.votes.map((vote) => vote.vote === 'holder' && vote.tokenDigest)).toEqual(
      [second, second, first, first, first].map(testDigest),
    )
    expect(fresh?.seen).not.toBe(lock.seen)
  })

  it('keeps a lock through the loss of two nodes and says unknown at the third', async () => {
    const token = plainToken()
    await vote(token, [0, 1, 2, 3, 4])
    await until('the lock', () => watching.lock('resource'))
    await servers[0]?.process.kill()
    await servers[1]?.process.kill()
    await until(
      'two silent votes',
      () => votes('resource')?.join() === 'no-answer,no-answer,holder,holder,holder',
    )
    expect(watching.lock('resource')).toMatchObject({ state: 'held', verdicts: [{ id: 'below-quorum' }] })
    await until('three answering', () => watching.watch.backends()[0]?.quorum.answering === 3)
    expect(watching.watch.backends()[0]).toMatchObject({ canLose: 0 })
    await servers[2]?.process.kill()
    await until('unknown', () => watching.lock('resource')?.state === 'unknown')
    expect(watching.lock('resource')?.holders).toMatchObject([{ tokenDigest: testDigest(token) }])
    await until('two answering', () => watching.watch.backends()[0]?.quorum.answering === 2)
    await servers[0]?.restart()
    const lock = await until('an empty vote of a node that lost its memory', () =>
      votes('resource')?.[0] === 'empty' ? watching.lock('resource') : null,
    )
    // Two votes seen, one lost, two nodes silent: it may still be held.
    expect(lock.state).toBe('unknown')
    expect(kinds('resource')).toEqual(['granted'])
  })

  it('calls an empty vote quarantined while its node is in quarantine', async () => {
    const token = newToken()
    await Promise.all(
      nodes.slice(1).map((node) => node.set(lockKey('b'), ownValue(token, 60_000), 'PX', 60_000)),
    )
    await nodes[0]?.set('lk:quarantine', '1', 'PX', 60_000)
    const lock = await until('a quarantined vote', () =>
      votes('b')?.[0] === 'quarantined' ? watching.lock('b') : null,
    )
    expect(lock.state).toBe('held')
    expect(watching.node('n1')).toMatchObject({ state: 'quarantined', quarantinedMs: expect.any(Number) })
    expect(watching.watch.backends()[0]).toMatchObject({ canLose: 1 })
  })

  it('reads the other nodes without delay while one is stopped', async () => {
    servers[4]?.process.freeze()
    try {
      await vote(plainToken(), [0, 1, 2, 3])
      await until('the lock', () => watching.lock('resource')?.state === 'held', 1_000)
      await until('its silence', () => votes('resource')?.[4] === 'no-answer')
    } finally {
      servers[4]?.process.resume()
    }
    await until('its answer', () => votes('resource')?.[4] === 'empty')
  })
})
