import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLocks, type Hold, type Locks } from '../../core/index.ts'
import { askRedis } from '../../rig/ask-redis.ts'
import { type Sentinels, startSentinels } from '../../rig/redis-sentinels.ts'
import type { RedisServer } from '../../rig/redis-server.ts'
import { until } from '../../rig/until.ts'
import type { RedisNode } from './driver.ts'
import { createRedisSentinelNode } from './sentinel-driver.ts'

let sentinels: Sentinels
let primary: RedisServer
let replicas: RedisServer[]
const nodes: RedisNode[] = []
const clients: Locks[] = []

beforeEach(async () => {
  sentinels = await startSentinels()
  const [first, ...others] = sentinels.servers
  if (!first) throw new Error('there is a primary')
  primary = first
  replicas = others
}, 60_000)
afterEach(async () => {
  for (const { process } of sentinels.servers) process.resume()
  await Promise.all(clients.splice(0).map((locks) => locks.close()))
  await Promise.all(nodes.splice(0).map((node) => node.close()))
  await sentinels.close()
}, 60_000)

/** So long that no renewal comes by itself while a test runs. */
const LONG = { ttlMs: 600_000, waitMs: 20_000 }

function client(service: string): Locks {
  const urls = sentinels.sentinels.map(({ port }) => `redis://127.0.0.1:${port}`)
  const node = createRedisSentinelNode({ id: 'primary', sentinel: { name: sentinels.name, nodes: urls } })
  nodes.push(node)
  const backend = { id: 'locks', nodes: [node], maxTtlMs: 600_000 }
  const locks = createLocks({ backend, owner: { service }, nodeTimeoutMs: 1_000 })
  clients.push(locks)
  return locks
}

const ended = (hold: Hold): Promise<unknown> =>
  new Promise((resolve) => {
    if (hold.signal.aborted) resolve(hold.signal.reason)
    else hold.signal.addEventListener('abort', () => resolve(hold.signal.reason), { once: true })
  })

const valueOn = (port: number, name: string) => askRedis(port, ['GET', `lk:{${name}}`])

/** The connection over which it is asked for locks there; null when there is none. */
async function connectionTo(port: number): Promise<string | null> {
  const connections = String(await askRedis(port, ['CLIENT', 'LIST']))
  return /^id=(\d+) .* name=lockkeeper /m.exec(connections)?.[1] ?? null
}

/** What became of asking once; trouble is an answer here. */
const once = async (locks: Locks, name: string): Promise<string> =>
  locks.tryAcquire(name, LONG).then(
    (tried) => (tried.granted ? 'granted' : tried.why),
    (error) => error.code,
  )

test('a hold that a replica knows is held still when that one has taken over', async () => {
  const [locks, other] = [client('first'), client('other')]
  const hold = await locks.acquire('held', { ...LONG, minReplicas: 2 })
  await once(other, 'held')
  await primary.process.kill()
  const next = await sentinels.untilFailedOver(primary.port)
  await until('renewal', () => hold.renew())
  await until('answer', async () => (await once(other, 'held')) === 'held')
  expect(await valueOn(next, 'held')).toContain('"service":"first"')
  await hold.release()
  const later = await other.acquire('held', LONG)
  expect(BigInt(later.fence ?? 0)).toBeGreaterThan(BigInt(hold.fence ?? 0))
}, 60_000)

test('a hold that the next primary does not know is lost at once, not at its next renewal', async () => {
  const locks = client('first')
  await locks.using('warm', LONG, () => {})
  for (const { process } of replicas) process.freeze()
  await askRedis(primary.port, ['CLIENT', 'KILL', 'TYPE', 'replica'])
  const hold = await locks.acquire('forgotten', LONG)
  await primary.process.kill()
  for (const { process } of replicas) process.resume()
  await sentinels.untilFailedOver(primary.port)
  expect(await ended(hold)).toMatchObject({ code: 'lost' })
}, 60_000)

test('a primary that was replaced while it stood still is left, and grants nothing when it goes on', async () => {
  const locks = client('first')
  await locks.using('warm', LONG, () => {})
  primary.process.freeze()
  const next = await sentinels.untilFailedOver(primary.port)
  await until('change of connections', async () => (await connectionTo(next)) !== null)
  const hold = await locks.acquire('after', LONG)
  expect(await valueOn(next, 'after')).toContain('"service":"first"')
  primary.process.resume()
  const other = client('other')
  for (let round = 0; round < 20; round += 1) {
    expect(await once(other, 'after')).toBe('held')
    expect(await hold.renew()).toBe(true)
  }
}, 60_000)

test('who is a replica now grants nothing, whoever still calls it the primary', async () => {
  const locks = client('first')
  await locks.using('warm', LONG, () => {})
  const [next] = replicas
  if (!next) throw new Error('there is a replica')
  await askRedis(next.port, ['REPLICAOF', 'NO', 'ONE'])
  await askRedis(primary.port, ['REPLICAOF', '127.0.0.1', String(next.port)])
  const before = await connectionTo(primary.port)
  for (let round = 0; round < 10; round += 1) expect(await once(locks, 'moved')).toBe('backend_unavailable')
  await until('change of connections', async () => (await connectionTo(primary.port)) !== before)
  await askRedis(primary.port, ['REPLICAOF', 'NO', 'ONE'])
  await until('grant', async () => (await once(locks, 'moved')) === 'granted')
  expect(await valueOn(primary.port, 'moved')).toContain('"service":"first"')
}, 60_000)

test('a primary that restarts empty before anybody misses it has lost its holds, and they are told', async () => {
  const locks = client('first')
  const hold = await locks.acquire('restarted', LONG)
  await primary.restart()
  expect(await ended(hold)).toMatchObject({ code: 'lost' })
}, 60_000)
