import { Etcd3 } from 'etcd3'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Ask, Message } from '../../core/index.ts'
import { type EtcdCluster, startEtcd } from '../../rig/etcd-cluster.ts'
import { createEtcdNode, type EtcdNode } from './driver.ts'

let cluster: EtcdCluster
let raw: Etcd3
const nodes: EtcdNode[] = []

beforeAll(async () => {
  cluster = await startEtcd(['a'])
  raw = new Etcd3({ hosts: cluster.endpoints })
}, 60_000)
afterEach(async () => {
  for (const member of cluster.members) member.process.resume()
  await Promise.all(nodes.splice(0).map((node) => node.close()))
})
afterAll(async () => {
  raw.close()
  await cluster.close()
}, 60_000)

function open(): EtcdNode {
  const node = createEtcdNode({ id: 'e', endpoints: cluster.endpoints })
  nodes.push(node)
  return node
}

let tokens = 0
function ask(name: string, more: Partial<Ask> = {}): Ask {
  tokens += 1
  const token = tokens.toString(16).padStart(32, '0')
  const owner = { service: 'test', host: 'h', pid: 1, process: 'p1' }
  return { name, token, ttlMs: 5_000, owner, alone: true, withinMs: 2_000, ...more }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const entries = (name: string) => raw.getAll().prefix(`lockkeeper/${name}/`).keys()

test('asking again with the same token is asking once, and renews', async () => {
  const node = open()
  const asked = ask('twice')
  const wait = { ticket: asked.token, heartbeatMs: 3_000 }
  const [first] = await node.attempt([{ ...asked, wait }])
  const [second] = await node.attempt([{ ...asked, wait }])
  expect(first).toMatchObject({ outcome: 'granted' })
  expect(second).toEqual(first)
  expect(await entries('twice')).toHaveLength(1)
})

test('a loser that does not wait never writes an entry', async () => {
  const node = open()
  await node.attempt([ask('busy')])
  expect(await node.attempt([ask('busy')])).toMatchObject([
    { outcome: 'refused', why: 'held', holder: 'test@h' },
  ])
  const [entry] = await raw
    .getAll()
    .prefix('lockkeeper/busy/')
    .exec()
    .then((all) => all.kvs)
  expect(entry?.version).toBe('1')
  expect(await entries('busy')).toHaveLength(1)
})

test('nothing keeps a lease alive but a renewal', async () => {
  const node = open()
  const renewed = ask('renewed', { ttlMs: 2_000 })
  const left = ask('left', { ttlMs: 3_000 })
  await node.attempt([renewed, left])
  while ((await entries('left')).length > 0) {
    expect(await node.renew([renewed])).toMatchObject([{ outcome: 'granted' }])
    await pause(300)
  }
  expect(await node.renew([left])).toMatchObject([{ why: 'not-held' }])
})

test('a lease that has ended is replaced', async () => {
  const node = open()
  await node.attempt([ask('before')])
  const { leases } = await raw.leaseClient.leaseLeases()
  await Promise.all(leases.map(({ ID }) => raw.leaseClient.leaseRevoke({ ID })))
  expect(await node.attempt([ask('after')])).toMatchObject([{ outcome: 'granted' }])
})

test('an entry that lands after it was given up is taken out, though its lease lives on', async () => {
  const node = open()
  const kept = ask('kept')
  await node.attempt([kept])
  const late = ask('late', { withinMs: 200 })
  cluster.members[0]?.process.freeze()
  const [answer] = await node.attempt([late])
  expect(answer).toMatchObject({ outcome: 'unknown', maybeDone: true })
  const released = node.release([late])
  cluster.members[0]?.process.resume()
  await released
  // As a member does that was silent for longer than the release took.
  const { kvs } = await raw.getAll().prefix('lockkeeper/kept/').exec()
  await raw
    .put(`lockkeeper/late/${late.token}`)
    .value('{}')
    .lease(kvs[0]?.lease ?? '0')
  while ((await entries('late')).length > 0) {
    expect(await node.renew([kept])).toMatchObject([{ outcome: 'granted' }])
    await pause(200)
  }
})

test('a release that reached nobody is made up for, though its lease lives on', async () => {
  const node = open()
  const kept = ask('kept-alive', { ttlMs: 10_000 })
  const given = ask('given-back', { ttlMs: 10_000 })
  expect(await node.attempt([kept, given])).toMatchObject([{ outcome: 'granted' }, { outcome: 'granted' }])
  await cluster.members[0]?.process.kill()
  expect(await node.release([given])).toMatchObject([{ outcome: 'unknown' }])
  await cluster.members[0]?.restart()
  while ((await node.renew([kept]))[0]?.outcome !== 'granted') await pause(100)
  while ((await entries('given-back')).length > 0) {
    expect(await node.renew([kept])).toMatchObject([{ outcome: 'granted' }])
    await pause(200)
  }
})

test('after a gap in what is heard, every hold is asked for again', async () => {
  const node = open()
  const held = ask('unwatched', { ttlMs: 60_000 })
  await node.attempt([held])
  const heard: Message[] = []
  await node.listen('p1', (message) => heard.push(message))
  await cluster.members[0]?.restart()
  while (!heard.some(({ kind, name }) => kind === 'gone' && name === 'unwatched')) await pause(50)
})

test('closing takes everything of this process with it', async () => {
  const node = open()
  await node.attempt([ask('mine'), ask('too', { ttlMs: 9_000 })])
  await node.close()
  expect([...(await entries('mine')), ...(await entries('too'))]).toEqual([])
})

test('a member that is not there is passed over when nothing was sent to it', async () => {
  const node = createEtcdNode({ id: 'e', endpoints: ['http://127.0.0.1:1', ...cluster.endpoints] })
  nodes.push(node)
  expect(await node.attempt([ask('elsewhere')])).toMatchObject([{ outcome: 'granted' }])
})
