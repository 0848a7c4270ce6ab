import { expect } from 'vitest'
import type { Message } from '../../core/index.ts'
import { askOf, holdOf, type Listener, listenInQueue } from './raw-asks.ts'
import { type Stage, until, untilClean } from './stage.ts'
import type { StagedTest } from './staged.ts'

/** Who waits hears that it is its turn, without asking. */
export function checkMessages(test: StagedTest): void {
  test('a release hands over in one step where that is declared, and else wakes the next one', async ({
    stage,
  }) => {
    const { subject, alone, capabilities } = stage
    const name = stage.name()
    const [holder] = stage.nodes()
    const held = askOf(stage, name)
    expect(await holder?.attempt([held])).toMatchObject([{ outcome: 'granted' }])
    const waiter = await listenInQueue(stage, name)
    expect(waiter.answer).toMatchObject({ outcome: 'refused', why: 'held', place: 0 })
    expect(await holder?.release([holdOf(held)])).toMatchObject([{ outcome: 'granted' }])
    await expectTold(stage, name, waiter)
    if (alone && capabilities.handsOver) expect(await subject.probe.tokens(name)).toEqual([waiter.token])
    if (!alone) expect(await subject.probe.tokens(name)).toEqual([])
    await waiter.leave()
    await untilClean(stage, name)
  })

  test('lifting a freeze does so too', async ({ stage }) => {
    const name = stage.name()
    const [operator] = stage.nodes()
    const freeze = { act: 'freeze', name, forMs: 60_000, by: 'b', message: 'm' } as const
    expect(await operator?.order([freeze])).toMatchObject([{ outcome: 'granted' }])
    const waiter = await listenInQueue(stage, name)
    if (stage.alone) expect(waiter.answer).toMatchObject({ outcome: 'refused', why: 'frozen', message: 'm' })
    expect(await operator?.order([{ act: 'unfreeze', name }])).toMatchObject([{ outcome: 'granted' }])
    await expectTold(stage, name, waiter)
    await waiter.leave()
    await untilClean(stage, name)
  })

  test('a hand-over within one process may be told in the answer to the release', async ({ stage }) => {
    const { alone, capabilities } = stage
    const name = stage.name()
    const [holder] = stage.nodes()
    const held = askOf(stage, name)
    await holder?.attempt([held])
    const waiter = await listenInQueue(stage, name)
    const release = { ...holdOf(held), process: waiter.process }
    const [answer] = (await holder?.release([release])) ?? []
    expect(answer).toMatchObject({ outcome: 'granted' })
    if (answer && 'handed' in answer) {
      expect(alone && capabilities.handsOver).toBe(true)
      expect(answer.handed).toMatchObject({ name, ticket: waiter.ticket })
      expect(JSON.stringify(answer)).not.toContain(waiter.token)
    } else await expectTold(stage, name, waiter)
    await waiter.leave()
    await untilClean(stage, name)
  })

  test('who holds hears that there is something to hear, and the rest from its renewal', async ({
    stage,
  }) => {
    const name = stage.name()
    const [node] = stage.nodes()
    const held = askOf(stage, name)
    const heard: Message[] = []
    await node?.listen(held.owner.process, (message) => heard.push(message))
    await node?.attempt([held])
    const said = { by: 'nina', message: 'let go' }
    expect(await node?.order([{ act: 'ask', name, token: null, ...said }])).toMatchObject([
      { outcome: 'granted' },
    ])
    await until(() => heard.length > 0)
    expect(heard[0]).toEqual({ kind: 'look', name })
    const renewal = { ...holdOf(held), raiseTo: null }
    expect(await node?.renew([renewal])).toMatchObject([
      { outcome: 'granted', notice: { kind: 'ask', ...said } },
    ])
    await node?.order([{ act: 'lapse', name, token: held.token, ...said }])
    expect(await node?.renew([renewal])).toMatchObject([
      { outcome: 'refused', why: 'lapsing', notice: { kind: 'lapse', ...said } },
    ])
    await node?.release([holdOf(held)])
    await untilClean(stage, name)
  })
}

/** In words that are useless to anybody else. */
async function expectTold({ alone, capabilities }: Stage, name: string, waiter: Listener): Promise<void> {
  await until(() => waiter.heard.length > 0)
  const [first] = waiter.heard
  if (alone && capabilities.handsOver)
    expect(first).toMatchObject({ kind: 'handed', name, ticket: waiter.ticket })
  // Who is meant may be left out of it.
  else
    expect([
      { kind: 'wake', name },
      { kind: 'wake', name, ticket: waiter.ticket },
    ]).toContainEqual(first)
  expect(JSON.stringify(waiter.heard)).not.toContain(waiter.token)
}
