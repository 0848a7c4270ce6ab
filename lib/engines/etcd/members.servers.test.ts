import { Etcd3 } from 'etcd3'
import { beforeEach, expect, test } from 'vitest'
import type { EtcdMember } from '../../rig/etcd-cluster.ts'
import { ask, held, pause, stageOf, until, waiting } from './testing/stage.ts'

const stage = stageOf(['a', 'b', 'c'])
const { open, entries } = stage
const isThere = async (member: EtcdMember) =>
  (await fetch(`${member.endpoint}/health`, { signal: AbortSignal.timeout(500) }).catch(() => null))?.ok ===
  true

/** The cluster has found together again after the test before. */
beforeEach(() => until(async () => (await Promise.all(stage.cluster.members.map(isThere))).every(Boolean)))

/** Who has stood still a moment ago may have swallowed a question. */
const soon = () => ({ deadline: Date.now() + 2_000 })

async function leaderOf(): Promise<EtcdMember> {
  for (const member of stage.cluster.members) {
    const client = new Etcd3({ hosts: member.endpoint })
    const status = await client.maintenance.status(soon()).catch(() => null)
    client.close()
    if (status && status.leader === status.header.member_id) return member
  }
  await pause(100)
  return leaderOf()
}

/** It answers by itself, so that nobody goes round it yet. */
async function isUsed(member: EtcdMember): Promise<void> {
  const node = open([member.endpoint])
  await until(async () => (await node.attempt([ask('warm')]))[0]?.outcome !== 'unknown')
  await node.close()
}

/** The endpoints, this one first. */
const firstAmong = (member: EtcdMember): string[] => [
  member.endpoint,
  ...stage.cluster.endpoints.filter((url) => url !== member.endpoint),
]

async function follower(): Promise<EtcdMember> {
  const leader = await leaderOf()
  return stage.cluster.members.find((member) => member !== leader) as EtcdMember
}

/** Longer than a member that was heard counts as being there. */
const idle = () => pause(400)

test('a frozen endpoint is passed over by somebody who has not asked for a while', async () => {
  const frozen = await follower()
  await isUsed(frozen)
  const node = open(firstAmong(frozen))
  const holder = ask('passed')
  await node.attempt([holder])
  await idle()
  frozen.process.freeze()
  expect(await node.attempt([ask('passed/other'), waiting('passed')])).toMatchObject([
    { outcome: 'granted' },
    { outcome: 'refused', why: 'held' },
  ])
  expect(await node.renew([held(holder)])).toMatchObject([{ outcome: 'granted' }])
  await idle()
  expect(await node.release([held(holder)])).toMatchObject([{ outcome: 'granted' }])
  // This client may ask any of them.
  frozen.process.resume()
  const look = () => stage.raw.getAll().prefix('lockkeeper/passed/').options(soon()).exec()
  let found = await look().catch(() => null)
  while (!found) found = await look().catch(() => null)
  expect(found.kvs.map(({ version }) => version)).toEqual(['1'])
})

test('an ask that a frozen endpoint has swallowed is not sent twice, and leaves nothing behind', async () => {
  const frozen = await follower()
  await isUsed(frozen)
  const node = open(firstAmong(frozen))
  const kept = ask('swallowed/kept', { ttlMs: 20_000 })
  await node.attempt([kept])
  const swallowed = ask('swallowed', { ttlMs: 20_000, withinMs: 3_000 })
  frozen.process.freeze()
  expect(await node.attempt([swallowed])).toMatchObject([{ outcome: 'unknown', maybeDone: true }])
  expect(await node.release([held(swallowed)])).toMatchObject([{ why: 'not-held' }])
  expect(await node.attempt([ask('swallowed/next')])).toMatchObject([{ outcome: 'granted' }])
  frozen.process.resume()
  await idle()
  await until(async () => (await entries('swallowed')).length === 0)
  expect(await node.renew([held(kept)])).toMatchObject([{ outcome: 'granted' }])
})

test('a killed endpoint is passed over, and used again when the others go', async () => {
  const leader = await leaderOf()
  const killed = await follower()
  const node = open([killed.endpoint, leader.endpoint])
  await node.attempt([ask('warm')])
  await killed.process.kill()
  const holder = ask('killed')
  await until(async () => (await node.attempt([holder]))[0]?.outcome === 'granted')
  await killed.restart()
  await leader.process.kill()
  await until(async () => (await node.renew([held(holder)]))[0]?.outcome === 'granted')
  expect(await entries('killed')).toHaveLength(1)
  await leader.restart()
})

test('a holder keeps its lock through the death of the leader, under the same fence', async () => {
  const node = open()
  const holder = ask('leader', { ttlMs: 20_000 })
  const [granted] = await node.attempt([holder])
  const leader = await leaderOf()
  await leader.process.kill()
  const renewed = await (async () => {
    for (;;) {
      const [answer] = await node.renew([held(holder)])
      expect(answer).not.toMatchObject({ outcome: 'refused' })
      if (answer?.outcome === 'granted') return answer
    }
  })()
  expect(renewed).toEqual(granted)
  await leader.restart()
})

test('of a leader that stood still for longer than a TTL: what it renews is there, what is gone is told', async () => {
  const node = open()
  const [kept, left] = [ask('stall/kept', { ttlMs: 3_000 }), ask('stall/left', { ttlMs: 2_000 })]
  await node.attempt([kept, left])
  const leader = await leaderOf()
  leader.process.freeze()
  const until = performance.now() + 6_000
  while (performance.now() < until) {
    await node.renew([held(kept)])
    await pause(200)
  }
  leader.process.resume()
  await pause(1_000)
  const [still, gone] = await node.renew([held(kept), held(left)])
  expect(gone).toMatchObject({ outcome: 'refused', why: 'not-held' })
  expect(still?.outcome).toBe((await entries('stall/kept')).length === 1 ? 'granted' : 'refused')
  const rival = await node.attempt([ask('stall/kept')])
  expect(rival[0]?.outcome === 'granted').toBe(still?.outcome !== 'granted')
})

test('without a majority nothing is granted, renewed or refused', async () => {
  const node = open()
  const holder = ask('lonely', { ttlMs: 20_000 })
  await node.attempt([holder])
  for (const member of stage.cluster.members.slice(1)) member.process.freeze()
  const unknown = { outcome: 'unknown' }
  expect(await node.attempt([ask('lonely', { withinMs: 500 })])).toMatchObject([unknown])
  expect(await node.renew([held(holder)])).toMatchObject([unknown])
  expect(await node.order([{ act: 'hold-back', name: 'lonely', forMs: 1_000 }])).toMatchObject([unknown])
  await expect(node.read(['lonely'])).rejects.toThrow()
  for (const member of stage.cluster.members) member.process.resume()
  await until(async () => (await node.renew([held(holder)]))[0]?.outcome === 'granted')
})
