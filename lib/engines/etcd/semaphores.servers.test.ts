import { expect, test } from 'vitest'
import type { Message } from '../../core/node.ts'
import { ask, held, stageOf, until, waiting } from './testing/stage.ts'

const stage = stageOf(['a'])
const { open, entries } = stage

test('so many hold as there are permits, without a fence, and the next one when one of them ends', async () => {
  const node = open()
  const heard: Message[] = []
  await node.listen('p1', (message) => heard.push(message))
  const asks = Array.from({ length: 5 }, () => waiting('three', { permits: 3 }))
  const answers = await node.attempt(asks)
  expect(answers).toMatchObject([
    ...[0, 1, 2].map(() => ({ outcome: 'granted', fence: null })),
    { outcome: 'refused', why: 'held', place: 0, holder: 'test@h' },
    { outcome: 'refused', why: 'held', place: 1 },
  ])
  expect(await node.read(['three'])).toMatchObject([{ held: true, holders: 3, permits: 3, waiters: 2 }])
  await node.release(asks.slice(1, 2).map(held))
  await until(() => heard.length > 0)
  expect(heard).toEqual([{ kind: 'handed', name: 'three', ticket: asks[3]?.token.slice(0, 16), fence: null }])
  expect(await node.attempt(asks.slice(3))).toMatchObject([
    { outcome: 'granted' },
    { outcome: 'refused', place: 0 },
  ])
})

test('many who do not wait at once never are too many, and losers leave nothing behind', async () => {
  const nodes = [open(), open(), open()]
  const answers = await Promise.all(
    nodes.map((node) => node.attempt(Array.from({ length: 6 }, () => ask('rush', { permits: 4 })))),
  )
  expect(answers.flat().filter(({ outcome }) => outcome === 'granted')).toHaveLength(4)
  expect(await entries('rush')).toHaveLength(4)
})

test('asking with another number of permits is refused, and leaves nothing behind', async () => {
  const node = open()
  await node.attempt([ask('mutex'), waiting('pool', { permits: 5 })])
  const before = await stage.everything()
  const disagreeing = [
    ...[ask('mutex', { permits: 2 }), waiting('mutex', { permits: 2 })],
    ...[ask('pool'), waiting('pool'), ask('pool', { permits: 50 }), waiting('pool', { permits: 50 })],
    ...[ask('pool', { permits: 4 }), waiting('pool', { permits: 4 })],
  ]
  for (const answer of await node.attempt(disagreeing))
    expect(answer).toMatchObject({ outcome: 'refused', why: 'permits' })
  expect(await stage.everything()).toEqual(before)
})

test('the number of permits is in the key and in the value', async () => {
  const node = open()
  const asked = ask('shown', { permits: 7 })
  await node.attempt([asked])
  const { kvs } = await stage.raw.getAll().prefix('lockkeeper/shown/').exec()
  expect(kvs[0]?.key.toString()).toBe(`lockkeeper/shown/p7.${asked.token}`)
  expect(JSON.parse(kvs[0]?.value.toString() ?? '')).toMatchObject({ permits: 7, owner: { service: 'test' } })
  expect(await node.renew([held(asked)])).toMatchObject([{ outcome: 'granted', fence: null }])
  expect(await node.release([held(asked)])).toMatchObject([{ outcome: 'granted' }])
})
