import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createLocks, type Hold, type Locks } from '../../core/index.ts'
import { askRedis } from '../../rig/ask-redis.ts'
import { type RedisCluster, startCluster } from '../../rig/redis-cluster.ts'
import type { RedisServer } from '../../rig/redis-server.ts'
import { until } from '../../rig/until.ts'
import { createRedisClusterNode } from './cluster-driver.ts'
import type { RedisNode } from './driver.ts'

let cluster: RedisCluster
const nodes: RedisNode[] = []
const clients: Locks[] = []

beforeAll(async () => {
  cluster = await startCluster({ replicas: true })
}, 60_000)
afterEach(async () => {
  for (const { process } of [...cluster.primaries, ...cluster.replicas]) process.resume()
  await Promise.all(clients.splice(0).map((locks) => locks.close()))
  await Promise.all(nodes.splice(0).map((node) => node.close()))
})
afterAll(() => cluster?.close())

const LONG = { ttlMs: 60_000, waitMs: 20_000 }

function client(service: string, urls = cluster.urls): Locks {
  const node = createRedisClusterNode({ id: 'cluster', urls })
  nodes.push(node)
  const backend = { id: 'locks', nodes: [node], maxTtlMs: 600_000 }
  const locks = createLocks({ backend, owner: { service }, nodeTimeoutMs: 2_000 })
  clients.push(locks)
  return locks
}

const keyOf = (name: string) => `lk:{${name}}`

async function otherThan(owner: RedisServer): Promise<RedisServer> {
  const other = cluster.primaries.find(({ port }) => port !== owner.port)
  if (!other) throw new Error('a cluster has several primaries')
  return other
}

/** A name whose lock is on this primary. */
async function nameOn(primary: RedisServer, prefix: string): Promise<string> {
  for (let at = 0; ; at += 1) {
    const name = `${prefix}/${at}`
    if ((await cluster.ownerOf(keyOf(name))).port === primary.port) return name
  }
}

/** All keys of a name's slot. */
async function keysIn(server: RedisServer, name: string): Promise<string[]> {
  const slot = String(await cluster.slotOf(keyOf(name)))
  const keys = await askRedis(server.port, ['CLUSTER', 'GETKEYSINSLOT', slot, '100'])
  return Array.isArray(keys) ? keys.map(String).sort() : []
}

const isRenewed = async (hold: Hold): Promise<boolean> => (await hold.renew()) && hold.remainingMs() > 0

test('a lock is on the primary of its slot, with the clock of that slot and nothing else', async () => {
  const name = 'orders/{42}'
  const hold = await client('first').acquire(name, LONG)
  const owner = await cluster.ownerOf(keyOf(name))
  const keys = await keysIn(owner, name)
  expect(keys).toEqual([expect.stringMatching(/^lk:clock:\{\d+\}$/), keyOf(name)])
  expect(await askRedis(owner.port, ['GET', keys[0] ?? ''])).toBe(hold.fence)
  for (const { port } of cluster.primaries) {
    const index = (await askRedis(port, ['KEYS', 'lk:*'])) as string[]
    expect(index.filter((key) => !key.includes('{'))).toEqual([])
  }
})

test('locks of one call are asked for on all primaries at once', async () => {
  const locks = client('first')
  const names = await Promise.all(cluster.primaries.map((primary) => nameOn(primary, 'spread')))
  const holds = await Promise.all(names.map((name) => locks.acquire(name, LONG)))
  expect(holds.map(({ name }) => name)).toEqual(names)
  expect(await Promise.all(holds.map(isRenewed))).toEqual([true, true, true])
  await Promise.all(holds.map((hold) => hold.release()))
  for (const name of names) {
    const owner = await cluster.ownerOf(keyOf(name))
    expect(await askRedis(owner.port, ['EXISTS', keyOf(name)])).toBe(0)
  }
})

test('one server is enough to find the others', async () => {
  const [first] = cluster.urls
  const locks = client('first', first ? [first] : [])
  const names = await Promise.all(cluster.primaries.map((primary) => nameOn(primary, 'found')))
  for (const name of names) await locks.using(name, LONG, (hold) => hold.assertHeld())
})

test('a name that can not be kept together is refused, and it is said why', async () => {
  const asking = client('first').acquire('}{x}', LONG)
  await expect(asking).rejects.toMatchObject({ code: 'unsupported', hint: expect.stringMatching(/another/) })
})

test('a hold survives the moving of its slot, and excludes others all the time', async () => {
  const name = 'moved/held'
  const [locks, other] = [client('first'), client('other')]
  const hold = await locks.acquire(name, LONG)
  const from = await cluster.ownerOf(keyOf(name))
  const to = await otherThan(from)
  const move = await cluster.beginMove(keyOf(name), to)
  const meanwhile = await other.tryAcquire(name, LONG).catch((error) => error)
  expect(meanwhile.granted === false || meanwhile.code === 'backend_unavailable').toBe(true)
  await move.finish()
  expect((await cluster.ownerOf(keyOf(name))).port).toBe(to.port)
  expect(await other.tryAcquire(name, LONG)).toMatchObject({ granted: false, why: 'held' })
  expect(await isRenewed(hold)).toBe(true)
  await hold.release()
  const next = await other.acquire(name, LONG)
  expect(BigInt(next.fence ?? 0)).toBeGreaterThan(BigInt(hold.fence ?? 0))
  expect(await askRedis(to.port, ['EXISTS', keyOf(name)])).toBe(1)
})

test('a hold that has gone ahead of its slot is renewed where it is', async () => {
  const name = 'moved/ahead'
  const hold = await client('first').acquire(name, { ...LONG, autoRenew: false })
  const from = await cluster.ownerOf(keyOf(name))
  const to = await otherThan(from)
  const move = await cluster.beginMove(keyOf(name), to)
  const keys = await keysIn(from, name)
  await askRedis(from.port, ['MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys])
  const before = hold.remainingMs()
  expect(await hold.renew()).toBe(true)
  expect(hold.remainingMs()).toBeGreaterThan(before)
  expect((await cluster.ownerOf(keyOf(name))).port).toBe(from.port)
  await move.finish()
  await hold.release()
})

test('who renews while the slot is on its way is answered when it has arrived', async () => {
  const name = 'moved/renewed'
  const hold = await client('first').acquire(name, { ...LONG, autoRenew: false })
  const from = await cluster.ownerOf(keyOf(name))
  const move = await cluster.beginMove(keyOf(name), await otherThan(from))
  const renewing = hold.renew()
  await new Promise((resolve) => setTimeout(resolve, 50))
  await move.finish()
  expect(await renewing).toBe(true)
})

test('who waits while the slot is moved gets the lock, and so does who comes then', async () => {
  const name = 'moved/waiting'
  const [locks, other, third] = [client('first'), client('other'), client('third')]
  const hold = await locks.acquire(name, LONG)
  const waiting = other.acquire(name, LONG)
  const from = await cluster.ownerOf(keyOf(name))
  await until('waiter', async () => (await keysIn(from, name)).includes(`${keyOf(name)}:queue`))
  const move = await cluster.beginMove(keyOf(name), await otherThan(from))
  const late = third.acquire(name, LONG)
  await move.finish()
  await hold.release()
  const next = await waiting
  next.assertHeld()
  await next.release()
  ;(await late).assertHeld()
}, 60_000)

test('what a replica knows is held still when it takes over from its primary', async () => {
  const [owner, replica] = [cluster.primaries[2], cluster.replicas[2]]
  if (!owner || !replica) throw new Error('each primary has a replica')
  const name = await nameOn(owner, 'failover')
  const [locks, other] = [client('first'), client('other')]
  const hold = await locks.acquire(name, { ...LONG, minReplicas: 1 })
  await other.tryAcquire(name, LONG)
  await owner.process.kill()
  await cluster.failOver(replica)
  await until('renewal', () => isRenewed(hold))
  expect(await other.tryAcquire(name, LONG)).toMatchObject({ granted: false, why: 'held' })
  await hold.release()
  await other.using(name, LONG, (next) => {
    expect(BigInt(next.fence ?? 0)).toBeGreaterThan(BigInt(hold.fence ?? 0))
  })
}, 60_000)

test('a primary that is silent keeps nobody from the locks of the others', async () => {
  const [silent, other] = cluster.primaries
  if (!silent || !other) throw new Error('a cluster has several primaries')
  const [lost, free] = [await nameOn(silent, 'silent'), await nameOn(other, 'free')]
  const locks = client('first')
  await locks.using(lost, LONG, () => {})
  silent.process.freeze()
  const asked = [locks.tryAcquire(lost, LONG), locks.tryAcquire(free, LONG)]
  const [unknown, granted] = await Promise.allSettled(asked)
  expect(granted).toMatchObject({ status: 'fulfilled', value: { granted: true } })
  expect(unknown).toMatchObject({ status: 'rejected', reason: { code: 'backend_unavailable' } })
})

test('a hold that the next primary does not know is lost when the change is seen, not at its next renewal', async () => {
  const [owner, replica] = [cluster.primaries[1], cluster.replicas[1]]
  if (!owner || !replica) throw new Error('each primary has a replica')
  const [name, another] = [await nameOn(owner, 'forgotten'), await nameOn(owner, 'another')]
  const locks = client('first')
  await locks.using(name, LONG, () => {})
  replica.process.freeze()
  await askRedis(owner.port, ['CLIENT', 'KILL', 'TYPE', 'replica'])
  const hold = await locks.acquire(name, { ...LONG, ttlMs: 600_000 })
  await owner.process.kill()
  replica.process.resume()
  await cluster.failOver(replica)
  await until('grant', async () => (await locks.tryAcquire(another, LONG)).granted)
  await until('loss', async () => hold.signal.aborted)
  expect(hold.signal.reason).toMatchObject({ code: 'lost' })
}, 60_000)
