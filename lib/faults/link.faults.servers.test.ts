import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createLocks, type Hold, LockError, type Locks } from '../core/index.ts'
import { openLockNodes } from '../engines/registry.ts'
import type { BackendSpec } from '../engines/spec.ts'
import { askRedis } from '../rig/ask-redis.ts'
import type { Fault, TcpProxy } from '../rig/tcp-proxy.ts'
import { type EtcdFleet, type RedisFleet, startEtcdFleet, startLone, startQuorum } from './fleets.ts'
import { sleep } from './scene.ts'

/** Longer than any test takes: what is gone was taken back, and did not run out. */
const TTL_MS = 25_000
const NODE_TIMEOUT_MS = 250

const open: (() => Promise<void>)[] = []

async function client(backend: BackendSpec): Promise<Locks> {
  const nodes = openLockNodes(backend)
  const locks = createLocks({ ...nodes, owner: { service: 'test' }, nodeTimeoutMs: NODE_TIMEOUT_MS })
  open.push(async () => {
    await locks.close()
    await nodes.close()
  })
  // Connected, and every script known.
  await vi.waitFor(async () => (await locks.acquire('warm', { ttlMs: TTL_MS })).release(), 5_000)
  return locks
}

const outcomeOf = (asking: Promise<Hold>): Promise<Hold | LockError> =>
  asking.catch((error) => {
    if (error instanceof LockError) return error
    throw error
  })

afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

describe('on one Redis', () => {
  let fleet: RedisFleet
  let names = 0
  const newName = () => {
    names += 1
    return `link/${names}`
  }
  const clientThrough = async () => {
    const { backend, links } = await fleet.through()
    return { locks: await client(backend), link: links[0] as TcpProxy }
  }
  beforeAll(async () => {
    fleet = await startLone(['--enable-debug-command', 'local', '--busy-reply-threshold', '50'])
  })
  afterAll(() => fleet.close())

  it('F22: does not know what became of an ask whose answer was lost, asks no second time, and takes it back', async () => {
    const { locks, link } = await clientThrough()
    const name = newName()
    const writes = await watchKey(fleet, name)
    link.set({ kind: 'swallow', direction: 'to-client' })
    expect(await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))).toMatchObject({
      code: 'backend_unavailable',
    })
    link.heal()
    await vi.waitFor(() => expect(writes()).toContain('del'), 10_000)
    await (await vi.waitFor(() => locks.acquire(newName(), { ttlMs: TTL_MS }), 5_000)).release()
    expect(writes().filter((event) => event === 'set' || event === 'del')).toEqual(['set', 'del'])
  })

  it('F22: goes on renewing after a renewal whose answer was lost', async () => {
    const { locks, link } = await clientThrough()
    const hold = await locks.acquire(newName(), { ttlMs: 3_000, autoRenew: false })
    link.set({ kind: 'swallow', direction: 'to-client' })
    expect(await hold.renew()).toBe(false)
    expect(hold.signal.aborted).toBe(false)
    link.heal()
    await vi.waitFor(async () => expect(await hold.renew()).toBe(true), 2_500)
    await hold.release()
  })

  it('F23: leaves nothing behind when the server wakes up after everybody gave up', async () => {
    const locks = await client(fleet.backend)
    const name = newName()
    fleet.servers[0]?.process.freeze()
    const refused = await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))
    fleet.servers[0]?.process.resume()
    expect(refused).toMatchObject({ code: 'backend_unavailable' })
    const hold = await vi.waitFor(() => locks.acquire(name, { ttlMs: TTL_MS }), 5_000)
    await hold.release()
    expect(await fleet.votes(name)).toBe(0)
  })

  it('F23: takes back an ask that was carried out while its answer was held up', async () => {
    const { locks, link } = await clientThrough()
    const name = newName()
    const writes = await watchKey(fleet, name)
    link.set({ kind: 'stall', direction: 'to-client' })
    expect(await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))).toMatchObject({
      code: 'backend_unavailable',
    })
    link.heal()
    await vi.waitFor(() => expect(writes()).toContain('del'), 10_000)
    expect(await fleet.votes(name)).toBe(0)
  })

  it('F23: is not granted by a request that reaches the server after everybody gave up', async () => {
    const { locks, link } = await clientThrough()
    const name = newName()
    const writes = await watchKey(fleet, name)
    link.set({ kind: 'stall', direction: 'to-server' })
    expect(await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))).toMatchObject({
      code: 'backend_unavailable',
    })
    await sleep(20)
    link.heal()
    await (await vi.waitFor(() => locks.acquire(newName(), { ttlMs: TTL_MS }), 5_000)).release()
    expect(writes()).toEqual([])
  })

  const cuts: Fault[] = [0, 1, 6, 20].map((afterBytes) => ({ kind: 'cut-reply', afterBytes }))
  it.each(cuts)(
    'F24: a reply that breaks off is no grant, and what it was is taken back: %o',
    async (fault) => {
      const { locks, link } = await clientThrough()
      const name = newName()
      link.set(fault)
      expect(await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))).toMatchObject({
        code: 'backend_unavailable',
      })
      await vi.waitFor(async () => expect(await fleet.votes(name)).toBe(0), 10_000)
      const hold = await vi.waitFor(() => locks.acquire(name, { ttlMs: TTL_MS }), 5_000)
      await hold.release()
    },
  )

  const replies = [
    ...['LOADING Redis is loading', 'BUSY Redis is busy', 'OOM command not allowed', 'READONLY a replica'],
    ...[
      'MASTERDOWN no link',
      'TRYAGAIN later',
      'CLUSTERDOWN no',
      'MISCONF no disk',
      'NOAUTH',
      'NOPERM',
      'ERR what',
    ],
  ].map((error) => `-${error}\r\n`)
  const nonsense = ['+OK\r\n', ':1\r\n', '*0\r\n', '*1\r\n*0\r\n', '*1\r\n*1\r\n$7\r\nGRANTED\r\n', '_\r\n']
  const foreign = ['HTTP/1.1 400 Bad Request\r\n\r\n', '\u0000\u0001\u0002\r\n', '$-1\r\n', '%1\r\n+a\r\n']
  it.each([...replies, ...nonsense, ...foreign])('F24: %j is no grant', async (bytes) => {
    const { locks, link } = await clientThrough()
    link.set({ kind: 'garble', bytes })
    const answer = await outcomeOf(locks.acquire(newName(), { ttlMs: 1_000 }))
    expect(answer).toMatchObject({ code: 'backend_unavailable' })
  })

  it('F24: goes on when the server has forgotten the scripts', async () => {
    const locks = await client(fleet.backend)
    await askRedis(fleet.servers[0]?.port ?? 0, ['SCRIPT', 'FLUSH', 'SYNC'])
    const hold = await locks.acquire(newName(), { ttlMs: 2_000 })
    await askRedis(fleet.servers[0]?.port ?? 0, ['SCRIPT', 'FLUSH', 'SYNC'])
    expect(await hold.renew()).toBe(true)
    await askRedis(fleet.servers[0]?.port ?? 0, ['SCRIPT', 'FLUSH', 'SYNC'])
    await hold.release()
    expect(await fleet.votes(hold.name)).toBe(0)
  })

  it('F24: is refused by a full server as unavailable, and lets go all the same', async () => {
    const locks = await client(fleet.backend)
    const port = fleet.servers[0]?.port ?? 0
    const held = await locks.acquire(newName(), { ttlMs: TTL_MS })
    await askRedis(port, ['CONFIG', 'SET', 'maxmemory', '1'])
    const refused = await outcomeOf(locks.acquire(newName(), { ttlMs: TTL_MS }))
    await held.release()
    const left = await fleet.votes(held.name)
    await askRedis(port, ['CONFIG', 'SET', 'maxmemory', '0'])
    expect(refused).toMatchObject({ code: 'backend_unavailable' })
    expect(left).toBe(0)
  })

  it('F28: a server that sleeps, or is busy with a script, is silent and no more', async () => {
    const locks = await client(fleet.backend)
    const port = fleet.servers[0]?.port ?? 0
    const sleeping = askRedis(port, ['DEBUG', 'SLEEP', '1'])
    await sleep(50)
    const asleep = await outcomeOf(locks.acquire(newName(), { ttlMs: TTL_MS }))
    await sleeping
    const looping = askRedis(port, ['EVAL', 'while true do end', '0']).catch(() => null)
    await sleep(150)
    const busy = await outcomeOf(locks.acquire(newName(), { ttlMs: TTL_MS }))
    await askRedis(port, ['SCRIPT', 'KILL'])
    await looping
    expect([asleep, busy]).toMatchObject([{ code: 'backend_unavailable' }, { code: 'backend_unavailable' }])
    const hold = await vi.waitFor(() => locks.acquire(newName(), { ttlMs: TTL_MS }), 5_000)
    await hold.release()
  })

  it('F26: tells the holder that somebody deleted its lock', async () => {
    const locks = await client(fleet.backend)
    const hold = await locks.acquire(newName(), { ttlMs: 900 })
    await fleet.remove(hold.name)
    await vi.waitFor(() => expect(hold.signal.reason).toMatchObject({ code: 'lost' }), 5_000)
    const other = await locks.acquire(newName(), { ttlMs: 900 })
    await askRedis(fleet.servers[0]?.port ?? 0, ['FLUSHALL'])
    await vi.waitFor(() => expect(other.signal.reason).toMatchObject({ code: 'lost' }), 5_000)
  })
})

describe('on a quorum', () => {
  let fleet: RedisFleet
  beforeAll(async () => {
    fleet = await startQuorum(5, 30_000, () => ['--enable-debug-command', 'local'])
  })
  afterAll(() => fleet.close())

  it('F28: goes on without waiting for one that sleeps', async () => {
    const locks = await client(fleet.backend)
    const sleeping = askRedis(fleet.servers[0]?.port ?? 0, ['DEBUG', 'SLEEP', '1.5'])
    await sleep(50)
    let isAwake = false
    void sleeping.then(() => {
      isAwake = true
    })
    const hold = await locks.acquire('sleeper', { ttlMs: TTL_MS })
    expect(isAwake).toBe(false)
    await sleeping
    await hold.release()
    await vi.waitFor(async () => expect(await fleet.votes('sleeper')).toBe(0), 10_000)
  })

  it('F26: tells the holder that a majority has lost its lock, and not before', async () => {
    const locks = await client(fleet.backend)
    const hold = await locks.acquire('deleted', { ttlMs: 900 })
    await vi.waitFor(async () => expect(await fleet.votes('deleted')).toBe(5), 5_000)
    await fleet.remove('deleted', fleet.servers.slice(0, 2))
    expect(await hold.renew()).toBe(true)
    await fleet.remove('deleted', fleet.servers.slice(2, 3))
    await vi.waitFor(() => expect(hold.signal.reason).toMatchObject({ code: 'lost' }), 5_000)
  })

  it.each([0, 20])('F24: cut replies of a majority are no majority (after %i bytes)', async (afterBytes) => {
    const { backend, links } = await fleet.through()
    const locks = await client(backend)
    for (const link of links.slice(0, 3)) link.set({ kind: 'cut-reply', afterBytes })
    const name = `cut/${afterBytes}`
    expect(await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))).toMatchObject({ code: 'no_quorum' })
    await vi.waitFor(async () => expect(await fleet.votes(name)).toBe(0), 10_000)
  })
})

describe('on etcd', () => {
  let fleet: EtcdFleet
  beforeAll(async () => {
    fleet = await startEtcdFleet()
  })
  afterAll(() => fleet.close())

  it.each<Fault>([
    { kind: 'swallow', direction: 'to-client' },
    { kind: 'stall', direction: 'to-client' },
    { kind: 'stall', direction: 'to-server' },
    { kind: 'cut-reply', afterBytes: 5 },
    { kind: 'garble', bytes: 'HTTP/1.1 400 Bad Request\r\n\r\n' },
  ])('F22 to F24: what nobody was told about is no grant, and leaves nothing: %o', async (fault) => {
    const { backend, links } = await fleet.through()
    const locks = await client(backend)
    const name = `etcd-${fault.kind}-${'direction' in fault ? fault.direction : ''}`
    for (const link of links) link.set(fault)
    const outcome = await outcomeOf(locks.acquire(name, { ttlMs: TTL_MS }))
    // A member may be asked in place of one that certainly did nothing.
    if (!(outcome instanceof LockError)) await outcome.release()
    else expect(outcome).toMatchObject({ code: 'backend_unavailable' })
    for (const link of links) link.heal()
    await vi.waitFor(async () => expect(await entriesOf(fleet, name)).toBe(0), 15_000)
    const hold = await vi.waitFor(() => locks.acquire(name, { ttlMs: TTL_MS }), 10_000)
    await hold.release()
  })
})

/** How many entries stand in the queue of a lock. */
async function entriesOf({ cluster }: EtcdFleet, name: string): Promise<number> {
  const prefix = `lockkeeper/${name}/`
  const [key, end] = [prefix, `${prefix.slice(0, -1)}0`].map((text) => Buffer.from(text).toString('base64'))
  const answer = await fetch(`${cluster.endpoints[0]}/v3/kv/range`, {
    method: 'POST',
    body: JSON.stringify({ key, range_end: end, count_only: true }),
  })
  const { count = '0' } = (await answer.json()) as { count?: string }
  return Number(count)
}

/** What is done to the key of a lock from now on, as the server tells it. */
async function watchKey(fleet: RedisFleet, name: string): Promise<() => string[]> {
  const port = fleet.servers[0]?.port ?? 0
  await askRedis(port, ['CONFIG', 'SET', 'notify-keyspace-events', 'KA'])
  const events: string[] = []
  const listener = new Redis(port, '127.0.0.1')
  listener.on('message', (_channel, event) => events.push(event))
  await listener.subscribe(`__keyspace@0__:lk:{${name}}`)
  open.push(async () => listener.disconnect())
  return () => events
}
