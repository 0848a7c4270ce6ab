import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Replication, startReplication, untilReplicated } from '../../rig/redis-replication.ts'
import { createRedisNode, type RedisNode } from './driver.ts'
import { ask, holdOf } from './testing/driver-stage.ts'

let fleet: Replication
let node: RedisNode
beforeEach(async () => {
  fleet = await startReplication(1)
  node = createRedisNode({ id: 'r1', url: fleet.primary.url })
})
afterEach(async () => {
  await node.close()
  await fleet.close()
})

const tooFew = { outcome: 'refused', why: 'replicas' }

test('granted when so many replicas have it, refused when there are not so many', async () => {
  const asks = [ask('a', { minReplicas: 1 }), ask('b', { minReplicas: 2, withinMs: 400 }), ask('c')]
  expect(await node.attempt(asks)).toMatchObject([{ outcome: 'granted' }, tooFew, { outcome: 'granted' }])
  // It exists all the same, to be given back.
  expect(await node.release(asks.map(holdOf))).toMatchObject(Array(3).fill({ outcome: 'granted' }))
})

test('a replica that is cut off does not count, and does again when it is back', async () => {
  const [replica] = fleet.replicas
  if (!replica) throw new Error('no replica')
  expect(await node.attempt([ask('a', { minReplicas: 1 })])).toMatchObject([{ outcome: 'granted' }])
  replica.process.freeze()
  const asked = ask('b', { minReplicas: 1, withinMs: 300 })
  expect(await node.attempt([asked])).toMatchObject([tooFew])
  replica.process.resume()
  await untilReplicated(fleet.primary, 1)
  expect(await node.attempt([{ ...asked, withinMs: 5_000 }])).toMatchObject([{ outcome: 'granted' }])
  await fleet.detach(replica)
  expect(await node.attempt([ask('c', { minReplicas: 1, withinMs: 300 })])).toMatchObject([tooFew])
})

test('what is refused for another reason waits for nobody', async () => {
  await node.attempt([ask('a')])
  const asked = ask('a', { minReplicas: 5, withinMs: 60_000 })
  expect(await node.attempt([asked])).toMatchObject([{ why: 'held' }])
})
