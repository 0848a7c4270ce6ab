import { expect, test } from 'vitest'
import type { Order } from '../../core/node.ts'
import {
  ask,
  hear,
  holdOf,
  pause,
  renewalOf,
  stageOnRedis,
  ticketOf,
  vote,
  wait,
  waitRef,
} from './testing/driver-stage.ts'

const stage = stageOnRedis()
const done = { outcome: 'granted', fence: null }
const freeze = (name: string, forMs = 60_000): Order => ({
  ...{ act: 'freeze', name, forMs },
  ...{ by: 'eve', message: 'moving the "disk" – später' },
})
const tell = (act: 'ask' | 'lapse', name: string, token: string | null = null): Order => ({
  ...{ act, name, token },
  ...{ by: 'eve', message: `please ${act}` },
})

test('nobody is granted what is frozen, its head neither, and everybody reads why', async () => {
  const node = stage.open()
  expect(await node.order([freeze('x')])).toEqual([done])
  const gate = await stage.raw.hgetall('lk:{x}:gate')
  expect(JSON.parse(gate.freeze ?? '')).toEqual({
    ...{ until: expect.any(Number), by: 'eve', message: 'moving the "disk" – später' },
  })
  expect(await stage.raw.pttl('lk:{x}:gate')).toBeGreaterThan(59_000)
  const frozen = { why: 'frozen', message: 'moving the "disk" – später', remainingMs: expect.any(Number) }
  const waiting = wait('x', 'p2')
  expect(await node.attempt([ask('x'), waiting, waiting])).toMatchObject([
    { ...frozen, place: 0 },
    { ...frozen, place: 0 },
    { ...frozen, place: 0 },
  ])
  expect(await stage.raw.hexists('lk:{x}:waiters', waiting.token)).toBe(1)
  expect(await node.read(['x'])).toMatchObject([{ held: false, closedForMs: expect.any(Number) }])
  expect(await stage.raw.zscore('lk:index', 'x')).not.toBeNull()
})

test('who holds what is frozen renews on, and what it gives back goes to nobody', async () => {
  const node = stage.open()
  const heard = await hear(node, 'p2')
  const [held, waiting] = [ask('x'), wait('x', 'p2')]
  await node.attempt([held, waiting])
  await node.order([freeze('x')])
  expect(await node.renew([renewalOf(held)])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.attempt([held, waiting])).toMatchObject([
    { outcome: 'granted' },
    { why: 'frozen', holder: 'test@h' },
  ])
  expect(await node.release([holdOf(held)])).toEqual([done])
  expect(await stage.raw.exists('lk:{x}')).toBe(0)
  expect(await node.order([{ act: 'unfreeze', name: 'x' }])).toEqual([done])
  expect((await stage.raw.get('lk:{x}'))?.slice(0, 32)).toBe(waiting.token)
  await expect.poll(() => heard).toMatchObject([{ kind: 'handed', ticket: ticketOf(waiting) }])
})

test('the end of a freeze opens the gate without anybody doing it', async () => {
  const node = stage.open()
  await node.order([freeze('x', 30)])
  expect(await node.attempt([ask('x')])).toMatchObject([{ why: 'frozen' }])
  await pause(60)
  expect(await node.attempt([ask('x')])).toMatchObject([{ outcome: 'granted' }])
})

test('a second freeze replaces the first, a hold-back stands beside it and is told after it', async () => {
  const node = stage.open()
  await node.order([freeze('x'), { act: 'hold-back', name: 'x', forMs: 3_000 }, freeze('x', 1_000)])
  expect(await node.attempt([ask('x')])).toMatchObject([{ why: 'frozen' }])
  const [reading] = await node.read(['x'])
  expect(reading?.closedForMs).toBeGreaterThan(1_000)
  expect(reading?.closedForMs).toBeLessThanOrEqual(3_000)
  await node.order([{ act: 'unfreeze', name: 'x' }])
  const [answer] = await node.attempt([ask('x')])
  expect(answer).toMatchObject({ why: 'held-back', remainingMs: expect.any(Number) })
  expect(answer).not.toHaveProperty('message')
})

test('each of the two ends by itself, and while one is left nobody is handed anything', async () => {
  const node = stage.open()
  const waiting = wait('x', 'p2')
  await node.order([freeze('x', 30), { act: 'hold-back', name: 'x', forMs: 60_000 }])
  await pause(60)
  expect(await node.attempt([waiting])).toMatchObject([{ why: 'held-back' }])
  await node.order([freeze('x'), { act: 'unfreeze', name: 'x' }])
  expect(await node.read(['x'])).toMatchObject([{ held: false, waiters: 1 }])
})

test('to unfreeze a semaphore gives out all permits that are free', async () => {
  const node = stage.open()
  await node.order([freeze('s')])
  const two = { permits: 2 }
  await node.attempt([wait('s', 'p2', two), wait('s', 'p3', two), wait('s', 'p4', two)])
  await node.order([{ act: 'unfreeze', name: 's' }])
  expect(await node.read(['s'])).toMatchObject([{ holders: 2, waiters: 1 }])
})

test('on a voter a freeze is a refusal of votes, and its end wakes who waits first', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const heard = await hear(node, 'p2')
  await node.order([freeze('x')])
  await node.queue([waitRef('x', 'p2')])
  expect(await node.attempt([vote('x'), vote('x', { permits: 2, slot: 1 })])).toMatchObject([
    { why: 'frozen', place: null },
    { why: 'frozen' },
  ])
  await node.order([{ act: 'unfreeze', name: 'x' }])
  await expect.poll(() => heard).toMatchObject([{ kind: 'wake', name: 'x' }])
})

test('an ask is brought by every renewal and by a message, and leaves with the hold', async () => {
  const node = stage.open()
  const heard = await hear(node, 'p1')
  const held = ask('x')
  await node.attempt([held])
  expect(await node.order([tell('ask', 'x')])).toEqual([done])
  await expect.poll(() => heard).toEqual([{ kind: 'look', name: 'x' }])
  const notice = { kind: 'ask', by: 'eve', message: 'please ask' }
  await stage.raw.pexpire('lk:{x}:notice', 500)
  for (let times = 0; times < 2; times++)
    expect(await node.renew([renewalOf(held)])).toMatchObject([{ outcome: 'granted', notice }])
  expect(await stage.raw.pttl('lk:{x}:notice')).toBeGreaterThan(9_000)
  await node.release([holdOf(held)])
  expect(await stage.raw.exists('lk:{x}:notice')).toBe(0)
})

test('what lapses is not renewed and not taken away, and an ask does not undo it', async () => {
  const node = stage.open()
  const held = ask('x')
  await node.attempt([held])
  await stage.raw.pexpire('lk:{x}', 5_000)
  await node.order([tell('lapse', 'x', held.token), tell('ask', 'x')])
  const lapsing = {
    ...{ outcome: 'refused', why: 'lapsing', remainingMs: expect.any(Number) },
    notice: { kind: 'lapse', by: 'eve', message: 'please lapse' },
  }
  expect(await node.renew([renewalOf(held)])).toMatchObject([lapsing])
  expect(await node.attempt([held])).toMatchObject([lapsing])
  expect(await stage.raw.pttl('lk:{x}')).toBeLessThanOrEqual(5_000)
  expect(await node.release([holdOf(held)])).toEqual([done])
})

test('what one hold was told the next one does not hear', async () => {
  const node = stage.open()
  const [held, waiting] = [ask('x', { ttlMs: 50 }), wait('x', 'p2')]
  await node.attempt([held, waiting])
  await node.order([tell('lapse', 'x')])
  await expect.poll(() => stage.raw.exists('lk:{x}')).toBe(0)
  expect(await node.attempt([waiting])).toMatchObject([{ outcome: 'granted' }])
  expect(await node.renew([renewalOf(waiting)])).toMatchObject([{ outcome: 'granted' }])
})

test('an order goes to the one whose token it names, or to everybody who holds', async () => {
  const node = stage.open()
  const heard = { p2: await hear(node, 'p2'), p3: await hear(node, 'p3') }
  const two = { permits: 2 }
  const [first, second] = [wait('s', 'p2', two), wait('s', 'p3', two)]
  await node.attempt([first, second])
  const look = { kind: 'look', name: 's' }
  await node.order([tell('ask', 's', first.token)])
  await expect.poll(() => heard).toEqual({ p2: [look], p3: [] })
  const renewals = [renewalOf(first), renewalOf(second)]
  expect((await node.renew(renewals)).map((answer) => 'notice' in answer)).toEqual([true, false])
  await node.order([tell('lapse', 's')])
  await expect.poll(() => heard).toEqual({ p2: [look, look], p3: [look] })
  expect(await node.renew(renewals)).toMatchObject([{ why: 'lapsing' }, { why: 'lapsing' }])
})

test('where nobody holds, or another one does, nobody is told anything', async () => {
  const node = stage.open()
  await node.attempt([ask('x')])
  const notHeld = { outcome: 'refused', why: 'not-held' }
  const orders = [tell('ask', 'free'), tell('lapse', 'free'), tell('ask', 'x', 'e'.repeat(32))]
  expect(await node.order(orders)).toMatchObject([notHeld, notHeld, notHeld])
  expect(await stage.raw.exists('lk:{free}:notice', 'lk:{x}:notice')).toBe(0)
})

test('on a voter an order reaches every slot', async () => {
  await stage.raw.set('lk:marker', '1')
  const node = stage.open({ quarantineMs: 60_000 })
  const slots = [0, 2].map((slot) => vote('s', { permits: 3, slot }))
  await node.attempt(slots)
  expect(await node.order([tell('ask', 's')])).toEqual([done])
  const notice = { kind: 'ask' }
  expect(await node.renew(slots.map((slot) => renewalOf(slot)))).toMatchObject([{ notice }, { notice }])
  expect(await node.order([tell('ask', 's', slots[1]?.token)])).toEqual([done])
})
