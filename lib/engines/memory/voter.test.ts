import { expect, it } from 'vitest'
import { testNode, tokenOf } from './testing/test-node.ts'

const refused = (why: string, over = {}) => expect.objectContaining({ outcome: 'refused', why, ...over })
const granted = (over = {}) => expect.objectContaining({ outcome: 'granted', ...over })
const voter = () => testNode(30_000)

it('follows the fence that is proposed, as far as its own clock allows', async () => {
  const { ask, store } = voter()
  const us = store.now() * 1_000
  const fence = async (name: string, proposal: number) => {
    const answer = await ask('one', { name, proposal: String(proposal) })
    return 'fence' in answer ? Number(answer.fence) : null
  }
  expect(await fence('behind', us - 700_000)).toBe(us - 500_000)
  expect(await fence('ahead', us + 500_000)).toBe(us + 500_000)
  expect(await fence('too far ahead', us + 500_001)).toBe(us + 500_001)
  expect(await fence('never back', us)).toBe(us + 500_002)
})

it('raises the fence of a hold with its renewal, never lowers it, and goes on from there', async () => {
  const { ask, renew, store } = voter()
  const high = String(store.now() * 1_000 + 9_000_000)
  await ask('one', { proposal: '1' })
  expect(await renew('one', { raiseTo: high })).toEqual(granted({ fence: high }))
  expect(await renew('one', { raiseTo: '5' })).toEqual(granted({ fence: high }))
  expect(await ask('one', { name: 'b', proposal: '1' })).toEqual(granted({ fence: String(Number(high) + 1) }))
})

it('keeps each slot of a semaphore as a lock of its own', async () => {
  const { ask, renew, release, read } = voter()
  const permits = 3
  await ask('one', { permits, slot: 0 })
  await ask('two', { permits, slot: 2 })
  expect(await ask('three', { permits, slot: 2 })).toEqual(refused('held', { holder: 'two@h' }))
  expect(await ask('three', { permits: 4, slot: 1 })).toEqual(refused('permits'))
  expect(await ask('three')).toEqual(refused('permits'))
  expect(await renew('one', { permits, slot: 1 })).toEqual(refused('not-held'))
  expect(await read()).toMatchObject({ held: true, holders: 2, permits: 3, slots: [0, 2] })
  await release('one', { permits, slot: 0 })
  expect(await read()).toMatchObject({ holders: 1, slots: [2] })
})

it('grants to whoever asks, and its queue only says who should', async () => {
  const { ask, queue, leave, release, hear, heard } = voter()
  await hear('two', 'three')
  await ask('one')
  expect(await queue('two')).toEqual(refused('held', { place: 0 }))
  expect(await queue('three')).toEqual(refused('held', { place: 1 }))
  await release('one')
  const wake = (who: string) => ({
    ...{ process: who, kind: 'wake', name: 'a', ticket: tokenOf(who).slice(0, 16) },
  })
  expect(heard).toEqual([wake('two')])
  expect(await queue('three')).toEqual(refused('queued', { place: 1 }))
  expect(await queue('two')).toEqual(granted())
  expect(await ask('four')).toEqual(granted())
  await release('four')
  await leave('two')
  expect(heard.at(-1)).toEqual(wake('three'))
})

it('says that a semaphore is free while fewer slots are taken than there are permits', async () => {
  const { ask, queue } = voter()
  await ask('one', { permits: 2, slot: 1 })
  expect(await queue('two', { permits: 2 })).toEqual(granted())
  await ask('two', { permits: 2, slot: 0 })
  expect(await queue('three', { permits: 2 })).toEqual(refused('held', { place: 1 }))
})

it('grants nothing after a loss of memory until what it may have forgotten has ended', async () => {
  const { ask, store, pass } = voter()
  await ask('one')
  store.forget()
  expect(await ask('two')).toEqual(refused('quarantined', { remainingMs: 30_000 }))
  pass(30_000)
  expect(await ask('two')).toEqual(granted())
})
