import { expect, test } from 'vitest'
import type { Message } from '../../core/node.ts'
import { ask, held, pause, stageOf, until, waiting } from './testing/stage.ts'

const stage = stageOf(['a'])
const { open, entries } = stage
const first = () => stage.cluster.members[0]

test('asking again with the same token is asking once, and renews', async () => {
  const node = open()
  const asked = waiting('twice')
  const [once] = await node.attempt([asked])
  const [again] = await node.attempt([asked])
  expect(once).toMatchObject({ outcome: 'granted' })
  expect(again).toEqual(once)
  expect(await entries('twice')).toHaveLength(1)
})

test('a loser that does not wait never writes an entry', async () => {
  const node = open()
  await node.attempt([ask('busy')])
  const before = await stage.raw.getAll().prefix('lockkeeper/busy/').exec()
  expect(await node.attempt([ask('busy')])).toMatchObject([
    { outcome: 'refused', why: 'held', holder: 'test@h' },
  ])
  const after = await stage.raw.getAll().prefix('lockkeeper/busy/').exec()
  expect(after.kvs).toEqual(before.kvs)
})

test('a batch stands alone item by item, also where a name occurs in it more than once', async () => {
  const node = open()
  const names = Array.from({ length: 100 }, (_, index) => `batch/${index}`)
  const asks = [...names.map((name) => ask(name)), waiting('batch/0'), waiting('batch/0'), ask('batch/1')]
  const answers = await node.attempt(asks)
  expect(answers.slice(0, 100).every(({ outcome }) => outcome === 'granted')).toBe(true)
  expect(answers.slice(100)).toMatchObject([
    { outcome: 'refused', why: 'held', place: 0 },
    { outcome: 'refused', why: 'held', place: 1 },
    { outcome: 'refused', why: 'held' },
  ])
  const renewed = await node.renew([...asks.slice(0, 100), ask('batch/0')].map(held))
  expect(renewed.map(({ outcome }) => outcome)).toEqual([...names.map(() => 'granted'), 'refused'])
  for (const [some, outcome] of [
    [asks.slice(100), 'refused'],
    [asks.slice(0, 100), 'granted'],
  ] as const)
    for (const answer of await node.release(some.map(held))) expect(answer).toMatchObject({ outcome })
  expect(await stage.raw.getAll().prefix('lockkeeper/batch').keys()).toEqual([])
})

test('fences grow from hold to hold', async () => {
  const node = open()
  let last = 0n
  for (let turn = 0; turn < 5; turn++) {
    const asked = ask('growing')
    const [answer] = await node.attempt([asked])
    const fence = BigInt((answer?.outcome === 'granted' && answer.fence) || 0)
    expect(fence > last).toBe(true)
    last = fence
    await node.release([held(asked)])
  }
})

test('nothing keeps a lease alive but a renewal', async () => {
  const node = open()
  const renewed = ask('renewed', { ttlMs: 2_000 })
  const left = ask('left', { ttlMs: 3_000 })
  await node.attempt([renewed, left])
  while ((await entries('left')).length > 0) {
    expect(await node.renew([held(renewed)])).toMatchObject([{ outcome: 'granted' }])
    await pause(300)
  }
  expect(await node.renew([held(left)])).toMatchObject([{ why: 'not-held' }])
})

test('a lease that has ended is replaced', async () => {
  const node = open()
  await node.attempt([ask('before')])
  const { leases } = await stage.raw.leaseClient.leaseLeases()
  await Promise.all(leases.map(({ ID }) => stage.raw.leaseClient.leaseRevoke({ ID })))
  expect(await node.attempt([ask('after')])).toMatchObject([{ outcome: 'granted' }])
})

test('who asks soon after another is covered by the same keep-alive, and who could not be is not', async () => {
  const node = open()
  const first = ask('covered/first', { ttlMs: 20_000 })
  const keepAlives = async () => {
    const metrics = await (await fetch(`${stage.cluster.endpoints[0]}/metrics`)).text()
    return Number(/grpc_server_msg_received_total.*LeaseKeepAlive".* (\d+)/.exec(metrics)?.[1] ?? 0)
  }
  const causedBy = async (ttlMs: number) => {
    const before = await keepAlives()
    for (const one of [1, 2, 3].map(() => ask('covered/again', { ttlMs }))) {
      expect(await node.attempt([one])).toMatchObject([{ outcome: 'granted' }])
      await node.release([held(one)])
    }
    return (await keepAlives()) - before
  }
  await node.attempt([first, ask('covered/short', { ttlMs: 2_000 })])
  // A slow machine may take longer than it covers.
  await until(async () => {
    await node.renew([held(first)])
    return (await causedBy(20_000)) === 0
  })
  expect(await causedBy(2_000)).toBe(3)
})

test('a waiter whose lease ended while it waited is not granted before it has queued again', async () => {
  const node = open()
  const holder = ask('overtaken', { ttlMs: 9_000 })
  const waiter = waiting('overtaken', { ttlMs: 4_000 })
  const [granted] = await node.attempt([holder])
  expect(await node.attempt([waiter])).toMatchObject([{ why: 'held', place: 0 }])
  const [, entry] = (await stage.raw.getAll().prefix('lockkeeper/overtaken/').sort('Create', 'Ascend').exec())
    .kvs
  await stage.raw.leaseClient.leaseRevoke({ ID: entry?.lease ?? '' })
  const rival = waiting('overtaken', { ttlMs: 5_000 })
  await node.attempt([rival])
  await node.release([held(holder)])
  expect(await node.attempt([waiter])).toMatchObject([{ outcome: 'refused', why: 'held', place: 0 }])
  const [next] = await node.attempt([rival])
  const fences = [granted, next].map((answer) => (answer?.outcome === 'granted' ? Number(answer.fence) : 0))
  expect(fences[1]).toBeGreaterThan(fences[0] ?? 0)
})

test('a release of somebody who only waits is no release of a hold', async () => {
  const node = open()
  const [holder, waiter] = [ask('leaving'), waiting('leaving')]
  await node.attempt([holder, waiter])
  expect(await node.release([held(waiter)])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
  expect(await entries('leaving')).toHaveLength(1)
  expect(await node.release([held(holder)])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.release([held(holder)])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
})

test('an entry that lands after it was given up is taken out, though its lease lives on', async () => {
  const node = open()
  const kept = ask('kept')
  await node.attempt([kept])
  const late = ask('late', { withinMs: 200 })
  first()?.process.freeze()
  const [answer] = await node.attempt([late])
  expect(answer).toMatchObject({ outcome: 'unknown', maybeDone: true })
  const released = node.release([held(late)])
  first()?.process.resume()
  await released
  // As a member does that was silent for longer than the release took.
  const { kvs } = await stage.raw.getAll().prefix('lockkeeper/kept/').exec()
  await stage.raw
    .put(`lockkeeper/late/${late.token}`)
    .value('{}')
    .lease(kvs[0]?.lease ?? '0')
  while ((await entries('late')).length > 0) {
    expect(await node.renew([held(kept)])).toMatchObject([{ outcome: 'granted' }])
    await pause(200)
  }
})

test('a release that reached nobody is made up for, though its lease lives on', async () => {
  const node = open()
  const kept = ask('kept-alive', { ttlMs: 10_000 })
  const given = ask('given-back', { ttlMs: 10_000 })
  expect(await node.attempt([kept, given])).toMatchObject([{ outcome: 'granted' }, { outcome: 'granted' }])
  await first()?.process.kill()
  expect(await node.release([held(given)])).toMatchObject([{ outcome: 'unknown' }])
  await first()?.restart()
  while ((await node.renew([held(kept)]))[0]?.outcome !== 'granted') await pause(100)
  while ((await entries('given-back')).length > 0) {
    expect(await node.renew([held(kept)])).toMatchObject([{ outcome: 'granted' }])
    await pause(200)
  }
})

test('after a gap in what is heard, every hold is asked for again', async () => {
  const node = open()
  const hold = ask('unwatched', { ttlMs: 60_000 })
  await node.attempt([hold])
  const heard: Message[] = []
  await node.listen('p1', (message) => heard.push(message))
  await first()?.restart()
  await until(() => heard.some(({ kind, name }) => kind === 'look' && name === 'unwatched'))
})

test('closing takes everything of this process with it', async () => {
  const node = open()
  await node.attempt([ask('mine'), ask('too', { ttlMs: 9_000 })])
  await node.close()
  expect([...(await entries('mine')), ...(await entries('too'))]).toEqual([])
})

test('a member that is not there is passed over when nothing was sent to it', async () => {
  const node = open(['http://127.0.0.1:1', ...stage.cluster.endpoints])
  expect(await node.attempt([ask('elsewhere')])).toMatchObject([{ outcome: 'granted' }])
})

test('what it can not do is said, and nothing is left of it', async () => {
  const node = open()
  const asks = [ask('no/replicas', { minReplicas: 1 }), ask('no/voter', { alone: false, proposal: '1' })]
  for (const answer of await node.attempt(asks))
    expect(answer).toMatchObject({
      outcome: 'unknown',
      unsupported: true,
      maybeDone: false,
      hint: expect.any(String),
    })
  const wait = { name: 'no/queue', ticket: 't', heartbeatMs: 1, owner: asks[0]?.owner ?? ask('x').owner }
  expect(await node.queue([{ ...wait, permits: 1 }])).toMatchObject([{ unsupported: true }])
  expect(await stage.raw.getAll().prefix('lockkeeper/no').keys()).toEqual([])
})

test.each(['aaa', 'somebody', 'p5', 'p0.x'])(
  'what others keep in the place of a lock (%s) keeps it taken',
  async (key) => {
    const node = open()
    const foreign = `lockkeeper/foreign ${key}/${key}`
    await stage.raw.put(foreign).value('theirs')
    const asks = [1, 3].flatMap((permits) => [
      ask(`foreign ${key}`, { permits }),
      waiting(`foreign ${key}`, { permits }),
    ])
    for (const asked of asks) {
      expect(await node.attempt([asked])).toMatchObject([{ outcome: 'refused', why: 'held', holder: null }])
      await node.release([held(asked)])
    }
    expect(await stage.raw.get(foreign).string()).toBe('theirs')
  },
)
