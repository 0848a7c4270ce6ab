import { expect, test } from 'vitest'
import type { Message } from '../../core/node.ts'
import { ask, held, pause, stageOf, until, waiting } from './testing/stage.ts'

const stage = stageOf(['a'])
const owner = (process: string) => ({ service: 'test', host: 'h', pid: 1, process })

/** A node of a process of its own, and what that hears. */
async function processOf(name: string) {
  const node = stage.open()
  const heard: Message[] = []
  await node.listen(name, (message) => heard.push(message))
  return { node, heard, owner: owner(name) }
}

test('who is next holds as soon as it is released, and is told with its fence', async () => {
  const [one, two] = await Promise.all([processOf('p1'), processOf('p2')])
  const holder = ask('next')
  const waiter = waiting('next', { owner: two.owner })
  const last = waiting('next', { owner: two.owner })
  await one.node.attempt([holder])
  expect(await two.node.attempt([waiter, last])).toMatchObject([{ why: 'held' }, { why: 'held' }])
  expect(await one.node.release([held(holder)])).toEqual([{ outcome: 'granted', fence: null }])
  await until(() => two.heard.length > 0)
  const fence = expect.stringMatching(/^\d+$/)
  expect(two.heard).toEqual([{ kind: 'handed', name: 'next', ticket: waiter.token.slice(0, 16), fence }])
  expect(one.heard).toEqual([])
  const [handed] = two.heard
  const [renewed] = await two.node.renew([held(waiter)])
  expect(renewed).toMatchObject({ outcome: 'granted', fence: handed?.kind === 'handed' && handed.fence })
})

test('within a process it is told in the answer to the release, or else by the watch', async () => {
  const { node, owner, heard } = await processOf('p1')
  const [holder, waiter] = [ask('within', { owner }), waiting('within', { owner })]
  await node.attempt([holder, waiter])
  const [answer] = await node.release([held(holder)])
  const ticket = waiter.token.slice(0, 16)
  const inAnswer = answer?.outcome === 'granted' ? answer.handed : undefined
  if (!inAnswer) await until(() => heard.length > 0)
  const told = inAnswer ?? heard[0]
  expect(told).toMatchObject({ name: 'within', ticket })
  const fence = told && 'fence' in told ? told.fence : null
  expect(await node.attempt([waiter])).toMatchObject([{ outcome: 'granted', fence }])
})

test('a hold that is taken away from outside goes to who is next, and its holder is told to look', async () => {
  const [one, two] = await Promise.all([processOf('p1'), processOf('p2')])
  const holder = ask('taken', { owner: one.owner })
  const waiter = waiting('taken', { owner: two.owner })
  await one.node.attempt([holder])
  await two.node.attempt([waiter])
  await stage.raw.delete().key(`lockkeeper/taken/${holder.token}`)
  await until(() => one.heard.length > 0 && two.heard.length > 0)
  expect(one.heard).toEqual([{ kind: 'look', name: 'taken' }])
  expect(two.heard).toMatchObject([{ kind: 'handed', name: 'taken' }])
})

test('behind a gate that closed before the release nobody is handed anything', async () => {
  const [one, two] = await Promise.all([processOf('p1'), processOf('p2')])
  const holder = ask('gated', { owner: one.owner })
  const waiter = waiting('gated', { owner: two.owner })
  const near = waiting('gated', { owner: one.owner })
  await one.node.attempt([holder])
  await two.node.attempt([waiter])
  await one.node.attempt([near])
  const freeze = { act: 'freeze', name: 'gated', forMs: 60_000, by: 'ops', message: 'wait' } as const
  await Promise.all([one.node.order([freeze]).then(() => one.node.release([held(holder)]))])
  await two.node.attempt([ask('gated/other', { owner: two.owner })])
  await pause(300)
  expect([...one.heard, ...two.heard]).toEqual([])
  expect(await two.node.attempt([waiter])).toMatchObject([{ why: 'frozen' }])
  expect(await two.node.read(['gated'])).toMatchObject([{ held: false, waiters: 2 }])
  await one.node.order([{ act: 'unfreeze', name: 'gated' }])
  await until(() => two.heard.length > 0)
  expect(two.heard).toMatchObject([{ kind: 'handed', name: 'gated', ticket: waiter.token.slice(0, 16) }])
})

test('a waiter whose lease has ended is passed over', async () => {
  const [one, two] = await Promise.all([processOf('p1'), processOf('p2')])
  const holder = ask('passed over', { owner: one.owner, ttlMs: 20_000 })
  const dead = waiting('passed over', { owner: owner('dead'), ttlMs: 2_000 })
  const waiter = waiting('passed over', { owner: two.owner, ttlMs: 20_000 })
  await one.node.attempt([holder])
  await stage.open().attempt([dead])
  await two.node.attempt([waiter])
  await one.node.release([held(holder)])
  await until(() => two.heard.length > 0)
  expect(two.heard).toMatchObject([{ kind: 'handed', ticket: waiter.token.slice(0, 16) }])
})

test('after a gap in what is heard a waiter asks, and is granted what it was not told of', async () => {
  const [one, two] = await Promise.all([processOf('p1'), processOf('p2')])
  const holder = ask('gap', { owner: one.owner, ttlMs: 60_000 })
  const waiter = waiting('gap', { owner: two.owner, ttlMs: 60_000 })
  await one.node.attempt([holder])
  await two.node.attempt([waiter])
  await stage.cluster.members[0]?.restart()
  await until(() => two.heard.some(({ kind, name }) => kind === 'wake' && name === 'gap'))
  await until(async () => (await one.node.release([held(holder)]))[0]?.outcome !== 'unknown')
  await until(async () => (await two.node.attempt([waiter]))[0]?.outcome === 'granted')
})
