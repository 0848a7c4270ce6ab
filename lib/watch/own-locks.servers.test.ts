import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLocks, type Locks } from '../core/index.ts'
import { bootstrapMemoryNode } from '../engines/memory/driver.ts'
import { bootstrapRedisNode } from '../engines/redis/driver.ts'
import { type LockNodes, openLockNodes } from '../engines/registry.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { startEtcd } from '../rig/etcd-cluster.ts'
import { startRedis } from '../rig/redis-server.ts'
import { startWatching, until, type Watching } from './test-watching.ts'

interface Stage {
  spec: unknown
  close(): Promise<unknown>
}

const stages: Record<string, () => Promise<Stage>> = {
  async redis() {
    const server = await startRedis()
    return { spec: { id: 'b', kind: 'redis', url: server.url }, close: () => server.close() }
  },
  async redlock() {
    const servers = await Promise.all([1, 2, 3, 4, 5].map(() => startRedis()))
    for (const { url } of servers) {
      const client = new Redis(url)
      await bootstrapRedisNode(client)
      client.disconnect()
    }
    return {
      spec: { id: 'b', kind: 'redlock', nodes: servers.map(({ url }) => url) },
      close: () => Promise.all(servers.map((server) => server.close())),
    }
  },
  async etcd() {
    const cluster = await startEtcd(['m1'])
    return { spec: { id: 'b', kind: 'etcd', endpoints: cluster.endpoints }, close: () => cluster.close() }
  },
  async memory() {
    bootstrapMemoryNode('memory://own-locks')
    return { spec: { id: 'b', kind: 'memory', url: 'memory://own-locks' }, close: async () => {} }
  },
  async 'redlock in memory'() {
    const nodes = ['1', '2', '3'].map((name) => `memory://own-quorum-${name}`)
    for (const url of nodes) bootstrapMemoryNode(url)
    return { spec: { id: 'b', kind: 'redlock', nodes }, close: async () => {} }
  },
}

describe.each(Object.keys(stages))('locks that our own library takes on %s', (kind) => {
  let stage: Stage
  let watching: Watching
  const open: { locks: Locks; nodes: LockNodes }[] = []

  beforeAll(async () => {
    stage = (await stages[kind]?.()) as Stage
    watching = await startWatching(stage.spec)
    await until('the first sweep', () => watching.watch.backends()[0]?.sweptAt)
    await until('pushes', () => watching.watch.backends()[0]?.reading === 'pushed')
  })
  afterEach(async () => {
    for (const { locks, nodes } of open.splice(0)) {
      await locks.close()
      await nodes.close()
    }
  })
  afterAll(async () => {
    await watching.close()
    await stage.close()
  })

  const client = (service: string): Locks => {
    const nodes = openLockNodes(backendSpecSchema.parse(stage.spec))
    const locks = createLocks({ backend: nodes.backend, owner: { service, host: 'web-1' } })
    open.push({ locks, nodes })
    return locks
  }
  const kinds = (name: string) =>
    watching.events.filter(({ lockName }) => lockName === name).map(({ kind, label }) => `${kind} ${label}`)

  it('are seen with holder and waiter, renewed, handed over and given back', async () => {
    const first = await client('billing').acquire('orders/42', { ttlMs: 2_000, waitMs: 5_000 })
    const held = await until('the holder', () =>
      watching.lock('orders/42')?.state === 'held' ? watching.lock('orders/42') : null,
    )
    expect(held.holders[0]).toMatchObject({ label: 'billing@web-1', fence: first.fence })
    expect(held.releaseBlocked).toBeNull()

    const second = client('mailer').acquire('orders/42', { ttlMs: 2_000, waitMs: 20_000 })
    await until('the waiter', () => {
      const queue = watching.lock('orders/42')?.waiters
      return queue?.known && queue.list[0]?.label === 'mailer@web-1'
    })
    if (kind !== 'etcd') await until('a renewal', () => kinds('orders/42').includes('renewed billing@web-1'))
    await first.release()
    const next = await second
    await until('the next', () => watching.lock('orders/42')?.holders[0]?.label === 'mailer@web-1')
    await next.release()
    await until('nobody', () => watching.lock('orders/42')?.state === 'free')
    const granted = kinds('orders/42').filter((event) => event.startsWith('granted'))
    expect(granted).toEqual(['granted billing@web-1', 'granted mailer@web-1'])
    expect(kinds('orders/42').filter((event) => /^(released|ended|expired)/.test(event))).toHaveLength(2)
    expect(kinds('orders/42').filter((event) => event.startsWith('expired'))).toEqual([])
  })

  it('are a semaphore when several may hold them, and each of its holders is seen coming and going', async () => {
    const options = { ttlMs: 5_000, waitMs: 5_000, permits: 2 }
    const first = await client('one').acquire('pool', options)
    const second = await client('two').acquire('pool', options)
    const held = await until('two holders', () =>
      watching.lock('pool')?.holders.length === 2 ? watching.lock('pool') : null,
    )
    expect(held).toMatchObject({ kind: 'semaphore', state: 'held', permits: 2, verdicts: [] })
    expect(held.releaseBlocked).not.toBeNull()
    await first.release()
    await until('the first to go', () => kinds('pool').some((event) => /^(released|ended) one@/.test(event)))
    expect(watching.lock('pool')?.holders).toMatchObject([{ label: 'two@web-1' }])
    await second.release()
    await until('nobody', () => watching.lock('pool')?.state === 'free')
    expect(
      kinds('pool')
        .filter((event) => event.startsWith('granted'))
        .sort(),
    ).toEqual([...['granted one@web-1', 'granted two@web-1']])
  })

  it('are seen frozen for as long as they are, with what was said about it, and whoever holds them too', async () => {
    const locks = client('billing')
    const hold = await locks.acquire('closed', { ttlMs: 5_000, waitMs: 5_000 })
    await locks.freeze('closed', { forMs: 60_000, message: 'migration', by: 'eve' })
    const gate = { state: 'frozen', by: 'eve', message: 'migration' }
    await until('the gate', () => watching.lock('closed')?.gate?.state === 'frozen')
    expect(watching.lock('closed')).toMatchObject({
      state: 'held',
      gate,
      holders: [{ label: 'billing@web-1' }],
    })
    await hold.release()
    await until('nobody', () => watching.lock('closed')?.state === 'frozen')
    expect(watching.lock('closed')).toMatchObject({ holders: [], gate })
    await locks.unfreeze('closed')
    await until('an open gate', () => watching.lock('closed')?.gate === null)
    expect(watching.lock('closed')?.state).toBe('free')
  })
})
