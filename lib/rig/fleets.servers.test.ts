import { expect, it } from 'vitest'
import { askRedis } from './ask-redis.ts'
import { startCluster } from './redis-cluster.ts'
import { startReplication, untilReplicated } from './redis-replication.ts'
import { startSentinels } from './redis-sentinels.ts'

it('replicates until a replica is detached, which can then be promoted without what came later', async () => {
  const { primary, replicas, detach, promote, close } = await startReplication(1)
  const [replica] = replicas
  if (!replica) throw new Error('no replica')
  await askRedis(primary.port, ['SET', 'early', '1'])
  await untilReplicated(primary, 1)
  await detach(replica)
  await askRedis(primary.port, ['SET', 'late', '1'])
  await promote(replica)
  const seen = await askRedis(replica.port, ['MGET', 'early', 'late'])
  await askRedis(replica.port, ['SET', 'own', '1'])
  await close()
  expect(seen).toEqual(['1', null])
})

it('names a new primary when the old one is killed', async () => {
  const fleet = await startSentinels()
  const before = await fleet.primaryPort()
  expect(before).toBe(fleet.servers[0]?.port)
  await fleet.servers[0]?.process.kill()
  const after = await fleet.untilFailedOver(before)
  const written = await askRedis(after, ['SET', 'key', 'value'])
  await fleet.close()
  expect(written).toBe('OK')
  expect(after).not.toBe(before)
})

it('moves a slot with its keys from one primary to another', async () => {
  const cluster = await startCluster()
  const from = await cluster.ownerOf('key')
  await askRedis(from.port, ['SET', 'key', 'value'])
  const to = cluster.primaries.find((each) => each !== from) ?? from
  const move = await cluster.beginMove('key', to)
  const asking = await askRedis(from.port, ['GET', '{key}:other']).catch((error: Error) => error.message)
  await move.finish()
  const moved = await askRedis(from.port, ['GET', 'key']).catch((error: Error) => error.message)
  const value = await askRedis(to.port, ['GET', 'key'])
  const owner = await cluster.ownerOf('key')
  await cluster.close()
  expect(asking).toMatch(/^ASK /)
  expect(moved).toMatch(/^MOVED /)
  expect([value, owner.port]).toEqual(['value', to.port])
})

it('lets a replica of the cluster take over from a primary that was killed', async () => {
  const cluster = await startCluster({ replicas: true })
  const owner = await cluster.ownerOf('key')
  const replica = cluster.replicas[cluster.primaries.indexOf(owner)]
  if (!replica) throw new Error('no replica')
  await owner.process.kill()
  await cluster.failOver(replica)
  const next = await cluster.ownerOf('key')
  const written = await askRedis(next.port, ['SET', 'key', 'value'])
  await cluster.close()
  expect([next.port, written]).toEqual([replica.port, 'OK'])
})
