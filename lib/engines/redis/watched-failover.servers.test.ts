import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { type RedisCluster, startCluster } from '../../rig/redis-cluster.ts'
import { startSentinels } from '../../rig/redis-sentinels.ts'
import type { RedisServer } from '../../rig/redis-server.ts'
import { startWatching, until, type Watching } from '../../watch/test-watching.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const TOKEN = 'e8e6e2f04334c1631ea89198c9162795'

async function take(url: string, name: string): Promise<void> {
  const client = new Redis(url)
  await client.set(name, TOKEN, 'PX', 120_000)
  await client.wait(1, 5_000)
  client.disconnect()
}

async function drop(url: string, name: string): Promise<void> {
  const client = new Redis(url)
  await client.del(name)
  client.disconnect()
}

test('a lock behind Sentinels is unknown while nobody is the primary, and comes back by itself', async () => {
  const sentinels = await startSentinels({ replicas: 1 })
  ends.push(() => sentinels.close())
  const first = await sentinels.primaryPort()
  await take(`redis://127.0.0.1:${first}`, 'lock:a')
  const nodes = sentinels.sentinels.map(({ port }) => `redis://127.0.0.1:${port}`)
  const watching = await startWatching({ id: 'b', kind: 'redis', sentinel: { name: sentinels.name, nodes } })
  ends.push(() => watching.close())
  const state = () => watching.lock('lock:a')?.state
  await until('the lock', () => state() === 'held', 20_000)
  await until('the replica', () => watching.node('replica')?.role === 'replica', 20_000)
  await sentinels.servers.find(({ port }) => port === first)?.process.kill()
  await until('nobody to ask', () => state() === 'unknown', 20_000)
  const next = await sentinels.untilFailedOver(first)
  await until('the lock again', () => state() === 'held', 20_000)
  expect(watching.node('primary')?.address).toBe(`127.0.0.1:${next}`)
  const told = watching.events.filter(({ lockName }) => lockName === 'lock:a').map(({ kind }) => kind)
  expect(told).not.toContain('ended')
  expect(told).not.toContain('released')
})

/** A lock on each primary. */
async function takeEverywhere(cluster: RedisCluster): Promise<Map<RedisServer, string>> {
  const names = new Map<RedisServer, string>()
  for (let at = 0; names.size < cluster.primaries.length; at += 1) {
    const owner = await cluster.ownerOf(`lock:${at}`)
    if (names.has(owner)) continue
    names.set(owner, `lock:${at}`)
    await take(owner.url, `lock:${at}`)
  }
  return names
}

/** So patient that no replica takes over by itself. */
const PATIENT = ['--cluster-node-timeout', '600000']

test('while one primary of a cluster is silent only its own locks are unknown, and they come back by themselves', async () => {
  const cluster = await startCluster({ replicas: true, args: PATIENT })
  ends.push(() => cluster.close())
  const names = await takeEverywhere(cluster)
  const [[frozen, lost] = never(), [other, kept] = never()] = names
  const watching = await startWatching({ id: 'b', kind: 'redis', cluster: cluster.urls })
  ends.push(() => watching.close())
  const state = (name: string) => watching.lock(name)?.state
  for (const name of names.values()) await until(name, () => state(name) === 'held', 20_000)
  const isSettled = () => {
    const [backend] = watching.watch.backends()
    return backend?.nodes.length === cluster.urls.length && backend.reading === 'pushed'
  }
  await until('all servers and pushes of them', isSettled, 20_000)

  frozen.process.freeze()
  ends.push(() => frozen.process.resume())
  await until('nothing of the frozen one', () => state(lost) === 'unknown', 20_000)
  const seen = watching.lock(lost)
  expect(seen?.votes).toMatchObject([{ vote: 'no-answer', since: expect.any(String) }])
  await drop(other.url, kept)
  await until('a release elsewhere', () => state(kept) === 'free', 20_000)
  await take(other.url, kept)
  await until('a grant elsewhere', () => state(kept) === 'held', 20_000)
  expect(watching.lock(lost)).toMatchObject({ state: 'unknown', observedAt: seen?.observedAt })

  frozen.process.resume()
  await until('the lock again', () => state(lost) === 'held', 20_000)
  await drop(frozen.url, lost)
  await until('its release', () => state(lost) === 'free', 20_000)
  expect(watching.kinds(lost).filter((kind) => kind === 'granted')).toHaveLength(1)
  expect(unknownOnes(watching)).toEqual([lost])
}, 60_000)

/** Locks that were unknown at any time. */
const unknownOnes = ({ events }: Watching) => [
  ...new Set(events.filter(({ state }) => state === 'unknown').map(({ lockName }) => lockName)),
]

const never = (): never => {
  throw new Error('a cluster has several primaries')
}

test('a lock of a cluster is followed to the replica that takes over', async () => {
  const cluster = await startCluster({ replicas: true })
  ends.push(() => cluster.close())
  const names = await takeEverywhere(cluster)
  const [[owner, name] = never()] = names
  const watching = await startWatching({ id: 'b', kind: 'redis', cluster: cluster.urls })
  ends.push(() => watching.close())
  const state = () => watching.lock(name)?.state
  for (const each of names.values()) await until(each, () => watching.lock(each)?.state === 'held', 20_000)
  await owner.process.kill()
  await until('nobody to ask', () => state() === 'unknown', 20_000)
  const replica = cluster.replicas[cluster.primaries.indexOf(owner)]
  if (replica) await cluster.failOver(replica)
  await until('the lock again', () => state() === 'held', 20_000)
  const late = await cluster.ownerOf('lock:late')
  await take(late.url, 'lock:late')
  await until('a late lock', () => watching.lock('lock:late')?.state === 'held', 20_000)
  expect(unknownOnes(watching)).toEqual([name])
})
