import { expect, test } from 'vitest'
import {
  ask,
  hear,
  holdOf,
  pause,
  renewalOf,
  stageOnRedis,
  vote,
  wait,
  waitRef,
} from './testing/driver-stage.ts'

const stage = stageOnRedis()
const two = { permits: 2 }
const three = { permits: 3 }

test('as many hold as there are permits, in a hash that says how many, and until when each', async () => {
  const node = stage.open()
  const asks = [ask('s', two), ask('s', { ...two, ttlMs: 20_000 }), ask('s', two)]
  expect(await node.attempt(asks)).toMatchObject([
    { outcome: 'granted', fence: null },
    { outcome: 'granted', fence: null },
    { why: 'held', holder: 'test@h', place: 0, remainingMs: expect.any(Number) },
  ])
  const { permits, ...holds } = await stage.raw.hgetall('lk:{s}')
  expect(permits).toBe('2')
  expect(Object.keys(holds).sort()).toEqual(asks.slice(0, 2).map(({ token }) => token))
  const { since, until, ttl } = JSON.parse(holds[asks[1]?.token ?? ''] ?? '')
  expect({ ttl, lasts: until - since }).toEqual({ ttl: 20_000, lasts: 20_000 })
  expect(await stage.raw.pttl('lk:{s}')).toBeGreaterThan(19_000)
  expect(await node.read(['s'])).toMatchObject([{ held: true, holders: 2, permits: 2, slots: [] }])
  expect(await stage.raw.exists('lk:clock')).toBe(0)
})

test('a permit ends by itself, is renewed, and is given back, each on its own', async () => {
  const node = stage.open()
  const [short, long] = [ask('s', { ...two, ttlMs: 30 }), ask('s', two)]
  await node.attempt([short, long])
  await pause(60)
  expect(await node.renew([renewalOf(short), renewalOf(long)])).toMatchObject([
    { why: 'not-held' },
    { outcome: 'granted', fence: null },
  ])
  const next = ask('s', two)
  expect(await node.attempt([next, ask('s', two)])).toMatchObject([{ outcome: 'granted' }, { why: 'held' }])
  expect(await stage.raw.hexists('lk:{s}', short.token)).toBe(0)
  expect(await node.release([holdOf(short), holdOf(long), holdOf(next)])).toMatchObject([
    { why: 'not-held' },
    { outcome: 'granted' },
    { outcome: 'granted' },
  ])
  expect(await stage.raw.exists('lk:{s}')).toBe(0)
})

test('a freed permit goes to one waiter, and the next to the next', async () => {
  const node = stage.open()
  const heard = await hear(node, 'p2')
  const holders = [ask('s', two), ask('s', two)]
  const waiters = [wait('s', 'p2', two), wait('s', 'p2', two), wait('s', 'p2', two)]
  await node.attempt([...holders, ...waiters])
  await node.release(holders.slice(0, 1).map(holdOf))
  expect(await node.read(['s'])).toMatchObject([{ holders: 2, waiters: 2 }])
  await node.release(holders.slice(1).map(holdOf))
  expect(await node.read(['s'])).toMatchObject([{ holders: 2, waiters: 1 }])
  await expect.poll(() => heard.length).toBe(2)
  expect(heard).toMatchObject([
    { kind: 'handed', name: 's', fence: null },
    { kind: 'handed', name: 's', fence: null },
  ])
})

test('a name in use with another number of permits is refused, and nothing is queued', async () => {
  const node = stage.open()
  await node.attempt([ask('s', two), ask('m')])
  const permits = { outcome: 'refused', why: 'permits' }
  expect(
    await node.attempt([
      wait('s', 'p2', three),
      wait('s', 'p2'),
      wait('m', 'p2', two),
      ask('s', three),
      ask('s'),
      ask('m', two),
    ]),
  ).toMatchObject(Array(6).fill(permits))
  expect(await stage.raw.exists('lk:{s}:queue', 'lk:{m}:queue')).toBe(0)
})

test('when all permits have ended the name is free for another number', async () => {
  const node = stage.open()
  const [short, longer] = [ask('s', { ...two, ttlMs: 20 }), ask('s', { ...two, ttlMs: 5_000 })]
  await node.attempt([short, longer])
  await node.release([holdOf(longer)])
  await pause(40)
  expect(await node.attempt([ask('s', three)])).toMatchObject([{ outcome: 'granted' }])
  expect(await stage.raw.hget('lk:{s}', 'permits')).toBe('3')
})

test('each slot of a quorum is a key of its own, and marks the name', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const [first, third] = [vote('s', { ...three, slot: 0 }), vote('s', { ...three, slot: 2, ttlMs: 20_000 })]
  expect(await node.attempt([first, third, vote('s', { ...three, slot: 2 })])).toMatchObject([
    { outcome: 'granted', fence: null },
    { outcome: 'granted', fence: null },
    { why: 'held', holder: 'test@h', place: null },
  ])
  const stored = (await stage.raw.get('lk:{s}:slot:2')) ?? ''
  expect(JSON.parse(stored.slice(33))).toMatchObject({ fence: null, ttl: 20_000, permits: 3 })
  expect(await stage.raw.hgetall('lk:{s}')).toEqual({ permits: '3' })
  expect(await stage.raw.pttl('lk:{s}')).toBeGreaterThan(19_000)
  expect(await node.read(['s'])).toMatchObject([{ held: true, holders: 2, permits: 3, slots: [0, 2] }])

  await stage.raw.pexpire('lk:{s}', 500)
  expect(await node.renew([renewalOf(first)])).toMatchObject([{ outcome: 'granted', fence: null }])
  expect(await stage.raw.pttl('lk:{s}')).toBeGreaterThan(9_000)
  expect(await node.release([holdOf(first), holdOf(third)])).toMatchObject([
    { outcome: 'granted' },
    { outcome: 'granted' },
  ])
  expect(await stage.raw.keys('lk:{*')).toEqual([])
})

test('on a voter nobody takes the slots of one number for those of another, or for a mutex', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const slot = (permits: number, slot: number) => vote('s', { permits, slot })
  const inUse = slot(3, 1)
  await node.attempt([inUse, vote('m')])
  const permits = { outcome: 'refused', why: 'permits' }
  const others = [slot(2, 1), slot(2, 0), slot(5, 4), vote('s'), vote('m', { permits: 2, slot: 0 })]
  expect(await node.attempt(others)).toMatchObject(others.map(() => permits))
  expect(await stage.raw.keys('lk:{s}*')).toHaveLength(2)
  await node.release([holdOf(inUse)])
  expect(await node.attempt([vote('s')])).toMatchObject([{ outcome: 'granted' }])
})

test('slots that ended by themselves keep nobody from the name', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const [short, long] = [vote('s', { ...two, slot: 0, ttlMs: 20 }), vote('s', { ...two, slot: 1 })]
  await node.attempt([short, long])
  await node.release([holdOf(long)])
  await pause(40)
  expect(await node.read(['s'])).toMatchObject([{ held: false, holders: 0, permits: null, slots: [] }])
  expect(await node.attempt([vote('s')])).toMatchObject([{ outcome: 'granted' }])
})

test('who waits for a slot of a quorum is told to ask while fewer than all are taken', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const slots = [vote('s', { ...two, slot: 0 }), vote('s', { ...two, slot: 1 })]
  const waiting = waitRef('s', 'p2', two)
  const heard = await hear(node, 'p2')
  await node.attempt(slots)
  expect(await node.queue([waiting])).toMatchObject([
    { why: 'held', holder: null, place: 0, remainingMs: null },
  ])
  await node.release(slots.slice(1).map(holdOf))
  await expect.poll(() => heard).toMatchObject([{ kind: 'wake', name: 's' }])
  expect(await node.queue([waiting])).toMatchObject([{ outcome: 'granted' }])
})
