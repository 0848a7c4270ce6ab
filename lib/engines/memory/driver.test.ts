import { describe, expect, it } from 'vitest'
import { testNode, tokenOf } from './testing/test-node.ts'

const refused = (why: string, over = {}) => expect.objectContaining({ outcome: 'refused', why, ...over })
const granted = (over = {}) => expect.objectContaining({ outcome: 'granted', ...over })
const fenceOf = (answer: object) => Number('fence' in answer ? answer.fence : Number.NaN)

describe('a lone node in memory', () => {
  it('grants one at a time, with fences that grow, and the same token again', async () => {
    const { ask, release, pass, read } = testNode()
    const first = await ask('one')
    pass(400)
    expect(await ask('two')).toEqual(refused('held', { holder: 'one@h', place: 0, remainingMs: 600 }))
    expect(await ask('one', { ttlMs: 2_000 })).toEqual(first)
    expect(await read()).toMatchObject({ held: true, holder: 'one@h', permits: 1, remainingMs: 2_000 })
    expect(await release('two')).toEqual(refused('not-held'))
    expect(await release('one')).toEqual(granted())
    expect(fenceOf(await ask('two'))).toBeGreaterThan(fenceOf(first))
  })

  it('gives fences that grow also when its clock goes back', async () => {
    const { ask, release, store } = testNode()
    const first = await ask('one')
    await release('one')
    store.stepClock(-60_000)
    expect(fenceOf(await ask('two'))).toBe(fenceOf(first) + 1)
  })

  it('hands what is released to who asked first, past the dead, and tells it', async () => {
    const { ask, wait, release, pass, hear, heard, holders, queued } = testNode()
    await hear('dead', 'next', 'last')
    await ask('one')
    await wait('dead', { heartbeatMs: 100 })
    expect(await wait('next', { ttlMs: 700 })).toEqual(refused('held', { place: 1 }))
    await wait('last')
    pass(100)
    expect(await release('one')).toEqual(granted())
    expect(holders()).toEqual(['next'])
    expect(queued()).toEqual(['last'])
    const ticket = tokenOf('next').slice(0, 16)
    expect(heard).toEqual([{ process: 'next', kind: 'handed', name: 'a', ticket, fence: expect.any(String) }])
    expect(await wait('next')).toEqual(granted({ fence: heard[0]?.kind === 'handed' && heard[0].fence }))
  })

  it('tells a waiter of the same process in the answer, and nobody by a message', async () => {
    const { ask, wait, release, hear, heard } = testNode()
    await hear('one', 'two')
    await ask('one')
    await wait('two')
    const handed = { name: 'a', ticket: tokenOf('two').slice(0, 16), fence: expect.any(String) }
    expect(await release('one', { process: 'two' })).toEqual(granted({ handed }))
    expect(heard).toEqual([])
  })

  it('hands on what is free when the one in front gives up', async () => {
    const { ask, wait, release, pass, holders } = testNode()
    await ask('one', { ttlMs: 100 })
    await wait('two')
    await wait('three')
    pass(100)
    expect(await wait('three')).toEqual(refused('queued', { place: 1 }))
    expect(await ask('new')).toEqual(refused('queued', { place: 2 }))
    expect(await release('two')).toEqual(refused('not-held'))
    expect(holders()).toEqual(['three'])
  })

  it('lets as many hold as there are permits, without a fence, and hands on one by one', async () => {
    const { ask, wait, release, pass, read, holders, queued } = testNode()
    const permits = 2
    expect(await ask('one', { permits, ttlMs: 100 })).toEqual(granted({ fence: null }))
    await ask('two', { permits })
    const third = await wait('three', { permits })
    expect(third).toEqual(refused('held', { holder: 'one@h', remainingMs: 100 }))
    await wait('four', { permits })
    expect(await ask('one more')).toEqual(refused('permits'))
    await release('two', { permits })
    expect(holders()).toEqual(['one', 'three'])
    expect(await read()).toMatchObject({ holders: 2, permits: 2, slots: [], waiters: 1 })
    pass(100)
    expect(await wait('four', { permits })).toEqual(granted())
    expect(queued()).toEqual([])
  })

  it('does nothing for who comes too late, and says what it can not do', async () => {
    const { node, askOf, store, ask } = testNode()
    const asking = node.attempt([askOf('one')])
    store.stepClock(60_001)
    expect(await asking).toMatchObject([{ outcome: 'unknown', maybeDone: false }])
    expect(await ask('one', { minReplicas: 1 })).toMatchObject({ unsupported: true, maybeDone: false })
    expect(store.locks.size).toBe(0)
  })

  it('keeps nothing of a name for the sake of the dead', async () => {
    const { ask, wait, release, pass, store } = testNode()
    await ask('one')
    await wait('dead', { heartbeatMs: 100 })
    pass(100)
    await release('one')
    expect(store.locks.size).toBe(0)
  })

  it('keeps every tuple of a batch apart, also of one name', async () => {
    const { node, askOf, store } = testNode()
    const asks = [askOf('one'), askOf('two'), askOf('two', { name: 'b' }), askOf('one')]
    const outcomes = (await node.attempt(asks)).map(({ outcome }) => outcome)
    expect(outcomes).toEqual(['granted', 'refused', 'granted', 'granted'])
    expect([...store.locks.keys()]).toEqual(['a', 'b'])
  })
})

describe('what operators lay on a name in memory', () => {
  const freeze = { act: 'freeze', name: 'a', forMs: 5_000, by: 'eve', message: 'migration' } as const

  it('grants nobody while it is frozen, keeps the queue, and hands on when it is not any more', async () => {
    const { ask, wait, release, renew, order, hear, heard, pass, read, holders } = testNode()
    await hear('two')
    await ask('one')
    await order(freeze)
    pass(400)
    const frozen = refused('frozen', { message: 'migration', remainingMs: 4_600 })
    expect(await wait('two')).toEqual(frozen)
    expect(await renew('one')).toEqual(granted())
    await release('one')
    expect(await ask('three')).toEqual(frozen)
    expect(await read()).toMatchObject({ held: false, waiters: 1, closedForMs: 4_600 })
    await order({ act: 'unfreeze', name: 'a' })
    expect(holders()).toEqual(['two'])
    expect(heard).toMatchObject([{ process: 'two', kind: 'handed' }])
  })

  it('opens again by itself', async () => {
    const { ask, order, pass } = testNode()
    await order({ act: 'hold-back', name: 'a', forMs: 300 })
    expect(await ask('one')).toEqual(refused('held-back', { remainingMs: 300 }))
    pass(300)
    expect(await ask('one')).toEqual(granted())
  })

  it('brings what a holder was asked with its next renewal, and goes when the hold goes', async () => {
    const { ask, order, renew, release, hear, heard } = testNode()
    await hear('one')
    const please = { act: 'ask', name: 'a', token: null, by: 'eve', message: 'let go' } as const
    expect(await order(please)).toEqual(refused('not-held'))
    await ask('one')
    expect(await order({ ...please, token: tokenOf('two') })).toEqual(refused('not-held'))
    expect(await order(please)).toEqual(granted())
    expect(heard).toEqual([{ process: 'one', kind: 'look', name: 'a' }])
    const notice = { kind: 'ask', by: 'eve', message: 'let go' }
    expect(await renew('one')).toEqual(granted({ notice }))
    await release('one')
    await ask('one')
    expect(await renew('one')).not.toHaveProperty('notice')
  })

  it('renews no hold that is to lapse, and takes nothing away from it', async () => {
    const { ask, order, renew, pass, read } = testNode()
    await ask('one')
    await order({ act: 'lapse', name: 'a', token: null, by: 'eve', message: 'end it' })
    pass(300)
    expect(await renew('one')).toEqual(
      refused('lapsing', { remainingMs: 700, notice: { kind: 'lapse', by: 'eve', message: 'end it' } }),
    )
    expect(await read()).toMatchObject({ held: true, remainingMs: 700 })
  })
})
