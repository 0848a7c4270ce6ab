import { expect, test } from 'vitest'
import {
  ask,
  fenceOf,
  hear,
  holdOf,
  newToken,
  ownerIn,
  pause,
  renewalOf,
  stageOnRedis,
  ticketOf,
  vote,
  wait,
  waitRef,
} from './testing/driver-stage.ts'

const stage = stageOnRedis()
const anEternityMs = 3_600_000

test('who waits stands in the queue, and in the waiters with all that a hand-over needs', async () => {
  const node = stage.open()
  const [held, first, second] = [ask('x'), wait('x', 'p2', { ttlMs: 7_000 }), wait('x', 'p3')]
  await node.attempt([held])
  expect(await node.attempt([first, second])).toMatchObject([
    { why: 'held', holder: 'test@h', place: 0, remainingMs: expect.any(Number) },
    { why: 'held', holder: 'test@h', place: 1 },
  ])
  expect(await stage.raw.zrange('lk:{x}:queue', '0', '-1')).toEqual([first.token, second.token])
  const record = JSON.parse((await stage.raw.hget('lk:{x}:waiters', first.token)) ?? '')
  expect(record).toEqual({
    ...{ since: expect.any(Number), until: expect.any(Number), ttl: 7_000, permits: 1 },
    owner: ownerIn('p2'),
  })
  expect(record.until - record.since).toBe(20_000)
  expect(await stage.raw.pttl('lk:{x}:queue')).toBeGreaterThan(19_000)
  expect(await stage.raw.pttl('lk:{x}:waiters')).toBeGreaterThan(19_000)
})

test('a release gives the lock to who waits first, in the same step, and tells it with its fence', async () => {
  const node = stage.open()
  const heard = { p2: await hear(node, 'p2'), p3: await hear(node, 'p3') }
  const [held, first, second] = [ask('x'), wait('x', 'p2', { ttlMs: 7_000 }), wait('x', 'p3')]
  const [granted] = await node.attempt([held, first, second])
  expect(await node.release([holdOf(held)])).toEqual([{ outcome: 'granted', fence: null }])

  const stored = (await stage.raw.get('lk:{x}')) ?? ''
  expect(stored.slice(0, 32)).toBe(first.token)
  const { fence, ttl, owner } = JSON.parse(stored.slice(33))
  expect({ ttl, owner }).toEqual({ ttl: 7_000, owner: ownerIn('p2') })
  expect(BigInt(fence) > fenceOf(granted)).toBe(true)
  expect(await stage.raw.pttl('lk:{x}')).toBeLessThanOrEqual(7_000)
  expect(await stage.raw.get('lk:clock')).toBe(fence)
  expect(await stage.raw.zrange('lk:{x}:queue', '0', '-1')).toEqual([second.token])
  expect(await stage.raw.hkeys('lk:{x}:waiters')).toEqual([second.token])
  await expect
    .poll(() => heard)
    .toEqual({ p2: [{ kind: 'handed', name: 'x', ticket: ticketOf(first), fence }], p3: [] })
  // Whoever did not hear it asks, and has it.
  expect(await node.attempt([first])).toEqual([{ outcome: 'granted', fence }])
})

test('a hand-over within a process is told in the answer, and nobody publishes it', async () => {
  const node = stage.open()
  const heard = await hear(node, 'p1')
  const [held, next] = [ask('x'), wait('x', 'p1')]
  await node.attempt([held, next])
  const [answer] = await node.release([holdOf(held)])
  const handed = { name: 'x', ticket: ticketOf(next), fence: expect.stringMatching(/^\d+$/) }
  expect(answer).toMatchObject({ outcome: 'granted', handed })
  await stage.raw.publish('lk:wake:p1', 'look end')
  await expect.poll(() => heard).toEqual([{ kind: 'look', name: 'end' }])
})

test('whoever died waiting is passed over, wherever it stood', async () => {
  const node = stage.open()
  const [held, dead, alive, deadToo, last] = [
    ask('x'),
    wait('x', 'p2', { heartbeatMs: 1 }),
    wait('x', 'p3'),
    wait('x', 'p4', { heartbeatMs: 1 }),
    wait('x', 'p5'),
  ]
  await node.attempt([held, dead, alive, deadToo, last])
  await pause(10)
  await node.release([holdOf(held)])
  expect((await stage.raw.get('lk:{x}'))?.slice(0, 32)).toBe(alive.token)
  await node.release([holdOf(alive)])
  expect((await stage.raw.get('lk:{x}'))?.slice(0, 32)).toBe(last.token)
  await node.release([holdOf(last)])
  expect(await stage.raw.keys('lk:{*')).toEqual([])
})

test('records that nobody can read are passed over, and so is what has just ended', async () => {
  const node = stage.open()
  const held = ask('x')
  await node.attempt([held])
  const live = newToken()
  const record = (more: object) => JSON.stringify({ since: 1, ttl: 5_000, permits: 1, ...more })
  await stage.raw.zadd('lk:{x}:queue', 1, 'a', 2, 'b', 3, 'c', 4, live)
  await stage.raw.hset('lk:{x}:waiters', {
    a: 'not json',
    b: record({ until: 1, owner: ownerIn('p2') }),
    // Written by somebody who orders a record in another way.
    [live]: record({ owner: ownerIn('p3'), until: Date.now() + anEternityMs }),
  })
  await node.release([holdOf(held)])
  expect((await stage.raw.get('lk:{x}'))?.slice(0, 32)).toBe(live)
  expect(await node.read(['x'])).toMatchObject([{ holder: 'test@h', waiters: 0 }])
  const byAnother = { ...holdOf(held), token: live, process: 'p3' }
  expect(await node.renew([{ ...byAnother, raiseTo: null }])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.release([byAnother])).toMatchObject([{ outcome: 'granted' }])
})

test('who waits no longer is out of the queue, and gives nothing on while the lock is held', async () => {
  const node = stage.open()
  const [held, first, second] = [ask('x'), wait('x', 'p2'), wait('x', 'p3')]
  await node.attempt([held, first, second])
  expect(await node.release([holdOf(first)])).toMatchObject([{ outcome: 'refused', why: 'not-held' }])
  expect(await stage.raw.zrange('lk:{x}:queue', '0', '-1')).toEqual([second.token])
  expect((await stage.raw.get('lk:{x}'))?.slice(0, 32)).toBe(held.token)
})

test('whoever leaves gives a lock that became free by itself to the next', async () => {
  const node = stage.open()
  const heard = await hear(node, 'p3')
  const [held, first, second] = [ask('x', { ttlMs: 20 }), wait('x', 'p2'), wait('x', 'p3')]
  await node.attempt([held, first, second])
  await expect.poll(() => stage.raw.exists('lk:{x}')).toBe(0)
  expect(await node.release([holdOf(first)])).toMatchObject([{ why: 'not-held' }])
  await expect.poll(() => heard).toMatchObject([{ kind: 'handed', ticket: ticketOf(second) }])
})

test('a free lock goes to whoever waits first: others are queued behind it, hasty ones refused', async () => {
  const node = stage.open()
  const [held, first, second] = [ask('x', { ttlMs: 20 }), wait('x', 'p2'), wait('x', 'p3')]
  await node.attempt([held, first, second])
  await expect.poll(() => stage.raw.exists('lk:{x}')).toBe(0)
  expect(await node.attempt([ask('x'), second])).toMatchObject([
    { why: 'queued', place: 2, holder: null, remainingMs: null },
    { why: 'queued', place: 1 },
  ])
  expect(await node.attempt([first])).toMatchObject([{ outcome: 'granted' }])
  expect(await stage.raw.zrange('lk:{x}:queue', '0', '-1')).toEqual([second.token])
})

test('without the right to publish, or with a clock that can not be read, a release is a release', async () => {
  await stage.raw.call('ACL', 'SETUSER', 'mute', 'on', '>pw', '~*', '+@all', 'resetchannels')
  const node = stage.open({ url: stage.server.url.replace('redis://', 'redis://mute:pw@') })
  const [held, next] = [ask('x'), wait('x', 'p2')]
  await node.attempt([held, next])
  expect(await node.release([holdOf(held)])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.attempt([next])).toMatchObject([{ outcome: 'granted' }])
  const last = wait('x', 'p2')
  await node.attempt([last])
  await stage.raw.del('lk:clock')
  await stage.raw.rpush('lk:clock', 'not a clock')
  expect(await node.release([holdOf(next)])).toMatchObject([{ outcome: 'granted' }])
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
  expect(await stage.raw.zrange('lk:{x}:queue', '0', '-1')).toEqual([last.token])
})

test('a voter tells who waits first to ask, and gives it nothing', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const heard = { p2: await hear(node, 'p2'), p3: await hear(node, 'p3') }
  const held = vote('x')
  const [dead, first, second] = [
    waitRef('x', 'p4', { heartbeatMs: 1 }),
    waitRef('x', 'p2'),
    waitRef('x', 'p3'),
  ]
  await node.attempt([held])
  expect(await node.queue([dead, first, second])).toMatchObject([
    { why: 'held', holder: 'test@h', place: 0, remainingMs: expect.any(Number) },
    { why: 'held', place: 1 },
    { why: 'held', place: 2 },
  ])
  await pause(10)
  const wake = { kind: 'wake', name: 'x', ticket: first.ticket.slice(0, 16) }
  expect(await node.release([holdOf(held)])).toEqual([{ outcome: 'granted', fence: null }])
  await expect.poll(() => heard).toEqual({ p2: [wake], p3: [] })
  expect(await stage.raw.exists('lk:{x}')).toBe(0)

  expect(await node.queue([second, first])).toMatchObject([
    { why: 'queued', place: 1, holder: null },
    { outcome: 'granted', fence: null },
  ])
  // The queue only advises: whoever asks is granted.
  const hasty = vote('x')
  expect(await node.attempt([hasty])).toMatchObject([{ outcome: 'granted' }])
  await node.release([holdOf(hasty)])
  expect(await node.leave([first])).toEqual([{ outcome: 'granted', fence: null }])
  const next = { ...wake, ticket: second.ticket.slice(0, 16) }
  await expect.poll(() => heard).toEqual({ p2: [wake, wake], p3: [next] })
})

test('a renewal neither needs nor changes the queue', async () => {
  const node = stage.open()
  const [held, first] = [ask('x'), wait('x', 'p2')]
  await node.attempt([held, first])
  const record = await stage.raw.hget('lk:{x}:waiters', first.token)
  expect(await node.renew([renewalOf(held)])).toMatchObject([{ outcome: 'granted' }])
  expect(await stage.raw.hget('lk:{x}:waiters', first.token)).toBe(record)
})
