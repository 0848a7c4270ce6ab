import { describe, expect, test } from 'vitest'
import type { Message } from '../../core/node.ts'
import { ask, held, stageOf, until, waiting } from './testing/stage.ts'

const stage = stageOf(['a'])
const { open, entries } = stage

const freeze = (name: string, forMs: number) =>
  ({ act: 'freeze', name, forMs, by: 'ops', message: 'maintenance' }) as const

describe('a gate', () => {
  test('keeps everybody from being granted, and says why', async () => {
    const node = open()
    expect(await node.order([freeze('frozen', 60_000)])).toMatchObject([{ outcome: 'granted' }])
    const answers = await node.attempt([ask('frozen'), waiting('frozen')])
    for (const answer of answers)
      expect(answer).toMatchObject({ outcome: 'refused', why: 'frozen', message: 'maintenance' })
    const [answer] = answers
    const remainingMs = answer?.outcome === 'refused' ? answer.remainingMs : null
    expect(remainingMs).toBeGreaterThan(50_000)
    expect(remainingMs).toBeLessThanOrEqual(60_000)
    expect(await entries('frozen')).toHaveLength(1)
    expect(await node.read(['frozen'])).toMatchObject([{ held: false, holders: 0, waiters: 1 }])
  })

  test('leaves the holder alone: it renews, and asking again is still asking once', async () => {
    const node = open()
    const holder = waiting('kept')
    const [granted] = await node.attempt([holder, waiting('kept')])
    await node.order([freeze('kept', 60_000)])
    expect(await node.renew([held(holder)])).toEqual([granted])
    expect(await node.attempt([holder])).toEqual([granted])
    expect(await node.read(['kept'])).toMatchObject([{ held: true, holder: 'test@h', waiters: 1 }])
  })

  test('keeps the head of the queue waiting, and wakes it when it is taken away', async () => {
    const node = open()
    const heard: Message[] = []
    await node.listen('p1', (message) => heard.push(message))
    const [holder, next, last] = [ask('head'), waiting('head'), waiting('head')]
    await node.attempt([holder, next, last])
    await node.order([freeze('head', 60_000)])
    await node.release([held(holder)])
    expect(await node.attempt([next])).toMatchObject([{ why: 'frozen', message: 'maintenance' }])
    heard.length = 0
    expect(await node.order([{ act: 'unfreeze', name: 'head' }])).toMatchObject([{ outcome: 'granted' }])
    await until(() => heard.length > 0)
    expect(heard).toMatchObject([{ kind: 'handed', name: 'head', ticket: next.token.slice(0, 16) }])
    expect(await node.attempt([next])).toMatchObject([{ outcome: 'granted' }])
  })

  test('ends by itself, and then waiters hear of it', async () => {
    const node = open()
    const heard: Message[] = []
    await node.listen('p1', (message) => heard.push(message))
    expect(await node.order([{ act: 'hold-back', name: 'short', forMs: 900 }])).toMatchObject([
      { outcome: 'granted' },
    ])
    const waiter = waiting('short', { ttlMs: 9_000 })
    expect(await node.attempt([waiter])).toMatchObject([{ why: 'held-back' }])
    await until(() => heard.some(({ kind, name }) => kind === 'handed' && name === 'short'))
    expect(await node.attempt([waiter])).toMatchObject([{ outcome: 'granted' }])
  })

  test('that is laid over another knows who held before both', async () => {
    const node = open()
    const [holder, next] = [ask('twice'), waiting('twice')]
    await node.attempt([holder, next])
    await node.order([freeze('twice', 60_000)])
    await node.release([held(holder)])
    await node.order([{ act: 'hold-back', name: 'twice', forMs: 60_000 }])
    await node.order([freeze('twice', 30_000)])
    expect(await node.read(['twice'])).toMatchObject([{ held: false, waiters: 1 }])
    await node.order([{ act: 'unfreeze', name: 'twice' }])
    expect(await node.attempt([next])).toMatchObject([{ why: 'held-back' }])
  })

  test('that is replaced counts from then on', async () => {
    const node = open()
    await node.order([freeze('replaced', 600_000)])
    await node.order([{ ...freeze('replaced', 30_000), message: 'sooner' }])
    const [reading] = await node.read(['replaced'])
    expect(reading?.closedForMs).toBeLessThanOrEqual(30_000)
    expect(await node.attempt([ask('replaced')])).toMatchObject([{ why: 'frozen', message: 'sooner' }])
  })
})

describe('a notice', () => {
  test('to let go comes with the renewals, and the holder is told to look', async () => {
    const node = open()
    const heard: Message[] = []
    await node.listen('p1', (message) => heard.push(message))
    const holder = ask('asked')
    await node.attempt([holder])
    const order = { act: 'ask', name: 'asked', token: null, by: 'ops', message: 'please' } as const
    expect(await node.order([order])).toMatchObject([{ outcome: 'granted' }])
    await until(() => heard.some(({ kind, name }) => kind === 'look' && name === 'asked'))
    const notice = { kind: 'ask', by: 'ops', message: 'please' }
    expect(await node.renew([held(holder)])).toMatchObject([{ outcome: 'granted', notice }])
    expect(await node.renew([held(holder)])).toMatchObject([{ outcome: 'granted', notice }])
    await node.release([held(holder)])
    expect((await stage.everything()).filter((key) => key.includes('/asked/'))).toEqual([])
  })

  test('that it lapses ends the renewals, and the hold at its time, whatever else its process renews', async () => {
    const node = open()
    const [lapsing, other] = [ask('lapsing', { ttlMs: 3_000 }), ask('other', { ttlMs: 3_000 })]
    await node.attempt([lapsing, other])
    const order = {
      act: 'lapse',
      name: 'lapsing',
      token: lapsing.token,
      by: 'ops',
      message: 'stuck',
    } as const
    expect(await node.order([order])).toMatchObject([{ outcome: 'granted' }])
    expect(await node.renew([held(lapsing)])).toMatchObject([
      { outcome: 'refused', why: 'lapsing', notice: { kind: 'lapse', by: 'ops', message: 'stuck' } },
    ])
    expect(await entries('lapsing')).toHaveLength(1)
    await until(async () => {
      expect(await node.renew([held(other)])).toMatchObject([{ outcome: 'granted' }])
      await node.renew([held(lapsing)])
      return (await entries('lapsing')).length === 0
    })
    expect((await stage.everything()).filter((key) => key.includes('/lapsing/'))).toEqual([])
  })

  test('to somebody who does not hold is refused, and leaves nothing behind', async () => {
    const node = open()
    const [holder, waiter] = [ask('told'), waiting('told')]
    await node.attempt([holder, waiter])
    const before = await stage.everything()
    const { leases } = await stage.raw.leaseClient.leaseLeases()
    for (const act of ['ask', 'lapse'] as const)
      for (const [name, token] of [
        ['told', waiter.token],
        ['nobody', null],
      ] as const)
        expect(await node.order([{ act, name, token, by: 'ops', message: '' }])).toMatchObject([
          { outcome: 'refused', why: 'not-held' },
        ])
    expect(await stage.everything()).toEqual(before)
    expect((await stage.raw.leaseClient.leaseLeases()).leases).toHaveLength(leases.length)
  })

  test('to everybody reaches every holder of a semaphore, and no waiter', async () => {
    const node = open()
    const asks = Array.from({ length: 4 }, () => waiting('pool', { permits: 3 }))
    await node.attempt(asks)
    await node.order([{ act: 'ask', name: 'pool', token: null, by: 'ops', message: '' }])
    const told = (await stage.raw.getAll().prefix('lockkeeper-notice/pool/').keys()).map((key) =>
      key.slice(-32),
    )
    expect(told.sort()).toEqual(asks.slice(0, 3).map(({ token }) => token))
  })
})
