import { Redis } from 'ioredis'
import { afterEach, expect, test, vi } from 'vitest'
import type { Sighting } from '../../fleet/sighting.ts'
import { startCluster } from '../../rig/redis-cluster.ts'
import { startReplication } from '../../rig/redis-replication.ts'
import { startSentinels } from '../../rig/redis-sentinels.ts'
import { toKeyId } from '../key-id.ts'
import { openBackend } from '../registry.ts'
import type { OpenBackend } from '../roles.ts'
import { backendSpecSchema } from '../spec.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const PATIENCE = { timeout: 20_000, interval: 50 }

async function open(spec: object): Promise<OpenBackend> {
  const parsed = backendSpecSchema.parse({ id: 'jobs', kind: 'redis', ...spec })
  const backend = await openBackend(parsed, { digest: (token) => `digest of ${token.length}` })
  ends.push(() => backend.close())
  return backend
}

async function sweep({ observers: [observer] }: OpenBackend): Promise<Map<string, Sighting>> {
  const found = new Map<string, Sighting>()
  for await (const page of observer?.sweep(new AbortController().signal) ?? [])
    for (const sighting of page) found.set(Buffer.from(sighting.nameBytes, 'base64').toString(), sighting)
  return found
}

const TOKEN = 'e8e6e2f04334c1631ea89198c9162795'
const idOf = (key: string) => toKeyId(Buffer.from(key))
const shown = ({ nodes }: OpenBackend) => nodes.map(({ address, votes }) => [address, votes])

test('the replicas of a Redis are found, shown, and asked for their health, and do not vote', async () => {
  const { primary, replicas, close } = await startReplication(2)
  ends.push(close)
  const backend = await open({ url: primary.url })
  const told = vi.fn()
  const stop = backend.onNodes?.(told)
  await vi.waitFor(() => expect(backend.nodes).toHaveLength(3), PATIENCE)
  expect(told).toHaveBeenCalledTimes(2)
  expect(shown(backend)[0]).toEqual([`127.0.0.1:${primary.port}`, true])
  const addresses = replicas.map(({ port }) => `127.0.0.1:${port}`)
  expect(shown(backend).slice(1).sort()).toEqual(addresses.sort().map((address) => [address, false]))
  expect(backend.nodes.map(({ name }) => name)).toEqual(['primary', 'replica', 'replica-2'])
  expect(backend.voters).toEqual(['primary'])
  expect(await backend.probes[2]?.facts()).toMatchObject({ role: 'replica' })
  stop?.()
})

test('behind Sentinels the primary is followed to whoever they name', async () => {
  const sentinels = await startSentinels({ replicas: 1 })
  ends.push(() => sentinels.close())
  const nodes = sentinels.sentinels.map(({ port }) => `redis://127.0.0.1:${port}`)
  const backend = await open({ sentinel: { name: sentinels.name, nodes } })
  const first = await sentinels.primaryPort()
  const client = new Redis(first, '127.0.0.1').on('error', () => {})
  ends.push(() => client.disconnect())
  await client.set('lock:a', TOKEN, 'PX', 60_000)
  await client.wait(1, 5_000)
  expect((await sweep(backend)).get('lock:a')).toMatchObject({ dialect: 'redlock' })
  await vi.waitFor(() => expect(backend.nodes).toHaveLength(2), PATIENCE)
  expect(shown(backend)[0]).toEqual([`127.0.0.1:${first}`, true])

  await sentinels.servers.find(({ port }) => port === first)?.process.kill()
  await expect(sweep(backend)).rejects.toThrow()
  const next = await sentinels.untilFailedOver(first)
  await vi.waitFor(async () => expect((await sweep(backend)).has('lock:a')).toBe(true), PATIENCE)
  await vi.waitFor(
    async () => expect(await backend.probes[0]?.facts()).toMatchObject({ role: 'primary' }),
    PATIENCE,
  )
  expect(shown(backend)[0]).toEqual([`127.0.0.1:${next}`, true])
})

test('a cluster is read as one, and followed where slots move', async () => {
  const cluster = await startCluster({ replicas: true })
  ends.push(() => cluster.close())
  const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `lock:${name}`)
  const put = async (key: string, ...set: (string | number)[]) => {
    const client = new Redis((await cluster.ownerOf(key)).url)
    await client.call('SET', key, TOKEN, ...set)
    client.disconnect()
  }
  for (const name of names) await put(name, 'PX', 60_000)
  const backend = await open({ cluster: cluster.urls.slice(0, 1) })
  await vi.waitFor(async () => expect([...(await sweep(backend)).keys()].sort()).toEqual(names), PATIENCE)
  expect(backend.voters).toEqual(['cluster'])
  await vi.waitFor(() => expect(backend.nodes).toHaveLength(6), PATIENCE)
  const roles = await Promise.all(backend.probes.map(async (probe) => (await probe.facts()).role))
  expect(roles.sort()).toEqual([...Array(3).fill('primary'), ...Array(3).fill('replica')])

  const pushed = vi.fn()
  const stop = await backend.observers[0]?.watch(pushed, () => {})
  ends.push(() => stop?.())
  const from = await cluster.ownerOf('lock:a')
  const to = cluster.primaries.find((server) => server !== from) ?? from
  const move = await cluster.beginMove('lock:a', to)
  const known = await backend.observers[0]?.reread(names.map(idOf))
  expect([...(known?.keys() ?? [])].sort()).toEqual(names.map(idOf).sort())
  await move.finish()
  await vi.waitFor(async () => {
    const found = await backend.observers[0]?.reread([idOf('lock:a'), idOf('lock:none')])
    expect(found?.get(idOf('lock:a'))).toMatchObject({ dialect: 'redlock' })
    expect(found?.get(idOf('lock:none'))).toBeNull()
  }, PATIENCE)
  expect([...(await sweep(backend)).keys()].sort()).toEqual(names)
})
