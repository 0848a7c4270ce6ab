import { Etcd3 } from 'etcd3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type EtcdCluster, startEtcd } from '../../rig/etcd-cluster.ts'
import type { Probe } from '../roles.ts'
import { probeEtcd } from './health.ts'
import { type Members, openMembers } from './members.ts'

const WAITING = { timeout: 20_000, interval: 50 }

let cluster: EtcdCluster
let members: Members
let raw: Etcd3
let probes: Probe[]

beforeAll(async () => {
  cluster = await startEtcd(['m1', 'm2', 'm3'])
  raw = new Etcd3({ hosts: cluster.endpoints })
  members = openMembers(cluster.members.map(({ name, endpoint }) => ({ name, url: endpoint })))
  probes = members.all.map((member) => probeEtcd(member))
}, 60_000)
afterAll(async () => {
  members.close()
  raw.close()
  await cluster.close()
}, 60_000)

const factsOfAll = () => Promise.all(probes.map((probe) => probe.facts()))

test('every member tells who leads by name, how far it is, and how much room it has', async () => {
  const all = await factsOfAll()
  const leaders = all.filter(({ raft }) => raft?.isLeader)
  expect(leaders).toHaveLength(1)
  const name = probes[all.findIndex(({ raft }) => raft?.isLeader)]?.node
  for (const facts of all) {
    expect(facts.raft).toMatchObject({
      leader: name,
      isLearner: false,
      index: expect.stringMatching(/^\d+$/),
      quotaBytes: 2 * 1024 ** 3,
      alarms: [],
      members: 3,
    })
    expect(facts.raft?.dbBytes).toBeGreaterThan(1_000)
    expect(facts).toMatchObject({ role: facts.raft?.isLeader ? 'leader' : 'follower', lacks: [] })
    expect(facts.uptimeMs).toBeGreaterThan(0)
  }
  expect(new Set(all.map(({ runId }) => runId)).size).toBe(3)
  expect(new Set(all.map(({ replicationId }) => replicationId)).size).toBe(1)
})

test('F20: an alarm is shown with the member that raised it, until it is disarmed', async () => {
  const { members: known } = await raw.cluster.memberList({})
  const memberID = known.find(({ name }) => name === 'm2')?.ID ?? ''
  await raw.maintenance.alarm({ action: 'Activate', memberID, alarm: 'Nospace' })
  await vi.waitFor(async () => {
    const alarms = (await factsOfAll()).map(({ raft }) => raft?.alarms)
    expect(alarms).toEqual([['NOSPACE (m2)'], ['NOSPACE'], ['NOSPACE (m2)']])
  }, WAITING)
  await raw.maintenance.alarm({ action: 'Deactivate', memberID, alarm: 'Nospace' })
  await vi.waitFor(async () => {
    for (const { raft } of await factsOfAll()) expect(raft?.alarms).toEqual([])
  }, WAITING)
})

test('a member that was started again is another process', async () => {
  const before = (await probes[2]?.facts())?.runId
  await cluster.members[2]?.process.kill()
  await expect(probes[2]?.facts()).rejects.toThrow(/connection refused|was cut/)
  await cluster.members[2]?.restart()
  const after = await vi.waitFor(async () => (await probes[2]?.facts())?.runId, WAITING)
  expect(after).toMatch(/@\d+$/)
  expect(after).not.toBe(before)
}, 60_000)

test('without a majority a member says that it follows nobody, and reading fails', async () => {
  await Promise.all(cluster.members.slice(0, 2).map(({ process }) => process.kill()))
  await vi.waitFor(async () => {
    const facts = await probes[2]?.facts()
    expect(facts).toMatchObject({
      role: 'without a leader',
      raft: { leader: null, isLeader: false, alarms: [] },
    })
  }, WAITING)
  const asked = members.ask((client, options) => client.kv.range({ key: Buffer.from('x') }, options))
  await expect(asked).rejects.toThrow(/m1: .*refused.*m3: /)
}, 60_000)
