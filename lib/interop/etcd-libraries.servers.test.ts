import { type ChildProcess, spawn } from 'node:child_process'
import { Etcd3 } from 'etcd3'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Lock } from '../fleet/lock.ts'
import { type EtcdCluster, startEtcd } from '../rig/etcd-cluster.ts'
import { newToken, startWatching, until, type Watching } from '../watch/test-watching.ts'

const WAITING = { timeout: 20_000, interval: 50 }

let cluster: EtcdCluster
let client: Etcd3
let watching: Watching
const children: ChildProcess[] = []

beforeAll(async () => {
  cluster = await startEtcd(['m1'])
  client = new Etcd3({ hosts: cluster.endpoints })
  watching = await startWatching({
    ...{ id: 'infra', kind: 'etcd', endpoints: cluster.endpoints },
    prefixes: ['/locks/', 'election/', '/service/', 'shedlock:'],
  })
  await until('pushes', () => watching.watch.backends()[0]?.reading === 'pushed')
}, 60_000)
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await watching.close()
  client.close()
  await cluster.close()
}, 60_000)

const etcdctl = (...args: string[]): ChildProcess => {
  const child = spawn('etcdctl', ['--endpoints', cluster.endpoints.join(), ...args], { stdio: 'ignore' })
  children.push(child)
  return child
}
/** What was killed before may still stand in a queue of the same name. */
const newName = (name: string) => `/locks/${name}-${newToken().slice(0, 8)}`
const holders = (name: string): string[] => watching.lock(name)?.holders.map(({ label }) => label) ?? []
const waiters = (name: string): string[] => {
  const queue = watching.lock(name)?.waiters
  return queue?.known ? queue.list.map(({ label }) => label) : []
}
const held = (name: string): Promise<Lock> =>
  until(`a hold of ${name}`, () => (holders(name).length > 0 ? watching.lock(name) : null))

/** What is left is between what the store says before and after, which is in whole seconds. */
async function expectRemaining(lock: Lock, ttlMs: number): Promise<void> {
  const ID = BigInt(`0x${lock.holders[0]?.identity?.labels.lease}`).toString()
  const left = async () => Number((await client.leaseClient.leaseTimeToLive({ ID })).TTL) * 1_000
  const before = await left()
  // A lease that is slow to answer is known at the next look.
  const fresh = await vi.waitFor(async () => {
    const looked = await watching.watch.reread(lock.id)
    expect(looked?.holders[0]).toMatchObject({ remainingIs: 'at-least', ttlMs })
    return looked
  }, WAITING)
  const after = await left()
  expect(fresh?.holders[0]?.remainingMs).toBeLessThanOrEqual(Math.max(before, after))
  expect(fresh?.holders[0]?.remainingMs).toBeGreaterThan(Math.min(before, after) - 2_000)
}

test('three contenders of etcdctl lock: who holds it, who waits in which order, until when', async () => {
  const name = newName('deploy')
  etcdctl('lock', '--ttl', '20', name)
  const lock = await held(name)
  expect(lock).toMatchObject({
    ...{ dialect: 'etcd-queue', confidence: 'certain', kind: 'mutex', state: 'held' },
    votes: [{ node: 'cluster', vote: 'holder', same: true }],
    waiters: { known: true, count: 0 },
    releaseBlocked: expect.stringMatching(/would not notice/),
  })
  expect(lock.holders[0]).toMatchObject({
    label: expect.stringMatching(/^lease [0-9a-f]+$/),
    fence: expect.stringMatching(/^\d+$/),
  })
  await expectRemaining(lock, 20_000)
  etcdctl('lock', '--ttl', '20', name)
  await until('the first waiter', () => waiters(name).length === 1)
  const [second] = waiters(name)
  etcdctl('lock', '--ttl', '20', name)
  await until('the second waiter', () => waiters(name).length === 2)
  const third = waiters(name)[1]
  expect(waiters(name)[0]).toBe(second)
  children[0]?.kill('SIGTERM')
  await until('the hand-over', () => holders(name)[0] === second)
  expect(waiters(name)).toEqual([third])
  expect(Number(watching.lock(name)?.holders[0]?.fence)).toBeGreaterThan(Number(lock.holders[0]?.fence))
})

test('etcdctl elect: who leads, and who would be next, by what they propose', async () => {
  const name = newName('leader-of-cron')
  etcdctl('elect', name, 'alice')
  expect(await held(name)).toMatchObject({
    ...{ dialect: 'etcd-queue', confidence: 'certain', kind: 'election' },
    holders: [{ label: 'alice', identity: { service: 'alice' } }],
  })
  etcdctl('elect', name, 'bob')
  await until('the next one', () => waiters(name)[0] === 'bob')
  children[0]?.kill('SIGTERM')
  await until('the next leader', () => holders(name)[0] === 'bob')
})

test('a lock of the npm package etcd3: its lease and end, and nobody can know who waits', async () => {
  const lock = client.lock('/locks/res1').ttl(20)
  await lock.acquire()
  const seen = await held('/locks/res1')
  expect(seen).toMatchObject({
    ...{ dialect: 'etcd3-lock', confidence: 'likely', kind: 'mutex', state: 'held' },
    holders: [{ label: expect.stringMatching(/^lease [0-9a-f]+$/), fence: expect.stringMatching(/^\d+$/) }],
    waiters: { known: false },
  })
  await expectRemaining(seen, 20_000)
  await expect(client.lock('/locks/res1').acquire()).rejects.toThrow()
  await lock.release()
  await until('that it is free', () => holders('/locks/res1').length === 0)
  const again = client.lock('/locks/res1').ttl(20)
  await again.acquire()
  const next = await held('/locks/res1')
  expect(Number(next.holders[0]?.fence)).toBeGreaterThan(Number(seen.holders[0]?.fence))
  await again.release()
})

test('an election of the npm package etcd3: the candidates in their order', async () => {
  const name = 'election/sing'
  const campaigns = ['node-a', 'node-b'].map((value) => ({ value, election: client.election('sing', 20) }))
  const [first, second] = campaigns.map(({ value, election }) => election.campaign(value))
  try {
    await until('both', () => holders(name).length + waiters(name).length === 2)
    const lock = await held(name)
    expect(lock).toMatchObject({ dialect: 'etcd3-election', confidence: 'certain', kind: 'election' })
    expect([...holders(name), ...waiters(name)].sort()).toEqual(['node-a', 'node-b'])
    await expectRemaining(lock, 20_000)
    const [leader] = holders(name)
    const [follower] = waiters(name)
    await (leader === 'node-a' ? first : second)?.resign()
    await until('the next leader', () => holders(name)[0] === follower)
  } finally {
    await Promise.all([first, second].map((campaign) => campaign?.resign().catch(() => {})))
  }
})

test("readers and writers of the Go client's recipes: who reads together, and who waits for whom", async () => {
  const name = newName('document')
  let taken = 0n
  const take = async (mode: 'read' | 'write') => {
    const lease = client.lease(20, { autoKeepAlive: false })
    const key = `${name}/${mode}/${BigInt(Date.now()) * 1_000_000n + ++taken}`
    await lease.put(key).value('')
    return {
      label: `lease ${BigInt(await lease.grant()).toString(16)}`,
      give: () => client.delete().key(key),
    }
  }
  const one = await take('read')
  const two = await take('read')
  const writer = await take('write')
  const late = await take('read')
  await until('two readers', () => holders(name).length === 2 && waiters(name).length === 2)
  expect(holders(name).sort()).toEqual([one.label, two.label].sort())
  expect(waiters(name)).toEqual([writer.label, late.label])
  const lock = await held(name)
  expect(lock).toMatchObject({ dialect: 'etcd-rwmutex', confidence: 'certain', kind: 'read-write' })
  await expectRemaining(lock, 20_000)
  await one.give()
  await two.give()
  await until('the writer', () => holders(name)[0] === writer.label)
  expect(waiters(name)).toEqual([late.label])
  await writer.give()
  await until('the last reader', () => holders(name)[0] === late.label)
})

test('keys as Patroni and ShedLock write them, and all that one lease ends together', async () => {
  const lease = client.lease(20, { autoKeepAlive: false })
  await lease.put('/service/orders-db/leader').value('pg-2')
  await lease.put('shedlock:default:report').value('ADDED:2026-11-21T11:59:58.123Z@worker-3')
  expect(await held('/service/orders-db/leader')).toMatchObject({ dialect: 'patroni', kind: 'election' })
  const report = await held('report')
  expect(report.holders).toMatchObject([{ label: 'worker-3', since: '2026-11-21T11:59:58.123Z' }])
  await vi.waitFor(async () => {
    const looked = await watching.watch.reread(report.id)
    expect(looked?.holders[0]).toMatchObject({ sharedLease: 1, remainingIs: 'at-least' })
    expect(looked?.verdicts.map(({ id }) => id)).toContain('shared-lease')
  }, WAITING)
  await lease.revoke()
  await until(
    'the end of both',
    () => holders('report').length + holders('/service/orders-db/leader').length === 0,
  )
})
