import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { startCluster } from '../../rig/redis-cluster.ts'
import { startSentinels } from '../../rig/redis-sentinels.ts'
import { startWatching, until } from '../../watch/test-watching.ts'

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

test('a lock of a cluster is followed to the replica that takes over', async () => {
  const cluster = await startCluster({ replicas: true })
  ends.push(() => cluster.close())
  const owner = await cluster.ownerOf('lock:a')
  await take(owner.url, 'lock:a')
  const watching = await startWatching({ id: 'b', kind: 'redis', cluster: cluster.urls })
  ends.push(() => watching.close())
  const state = () => watching.lock('lock:a')?.state
  await until('the lock', () => state() === 'held', 20_000)
  await owner.process.kill()
  await until('nobody to ask', () => state() === 'unknown', 20_000)
  const replica = cluster.replicas[cluster.primaries.indexOf(owner)]
  if (replica) await cluster.failOver(replica)
  await until('the lock again', () => state() === 'held', 20_000)
  const late = await cluster.ownerOf('lock:late')
  await take(late.url, 'lock:late')
  await until('a late lock', () => watching.lock('lock:late')?.state === 'held', 20_000)
})
