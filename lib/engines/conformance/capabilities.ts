import { expect } from 'vitest'
import { askOf, listenInQueue } from './raw-asks.ts'
import { untilClean } from './stage.ts'
import type { StagedTest } from './staged.ts'

/** What other checks don't see of a declaration; the rest of it is where the behaviour is checked. */
export function checkCapabilities(test: StagedTest): void {
  test('all nodes of a backend can the same', ({ stage }) => {
    for (const node of stage.nodes()) expect(node.capabilities).toEqual(stage.capabilities)
  })

  test('a TTL is kept in steps as long as declared, and rounded up', async ({ stage }) => {
    const { subject, capabilities } = stage
    const name = stage.name()
    const [node] = stage.nodes()
    const ttlMs = subject.ttlMs + 1
    await node?.attempt([askOf(stage, name, { ttlMs })])
    const kept = await subject.probe.remainingMs(name)
    const steps = Math.ceil(ttlMs / capabilities.ttlStepMs) * capabilities.ttlStepMs
    expect(kept.length).toBe(1)
    for (const ms of kept) expect(ms).toBeLessThanOrEqual(steps + capabilities.ttlStepMs)
  })

  test('what a node can not do, it says, and it says what to do instead', async ({ stage }) => {
    const [node] = stage.nodes()
    const name = stage.name()
    const { owner } = askOf(stage, name)
    const wait = { name, ticket: 'f'.repeat(32), heartbeatMs: 10_000, owner, permits: 1 }
    const [answer] = (await node?.queue([wait])) ?? []
    // A node that keeps its own queue has no use for the one of a voter; one that can be both has it.
    if (stage.alone && answer?.outcome === 'unknown')
      expect(answer).toMatchObject({ unsupported: true, maybeDone: false, hint: expect.stringMatching(/\w/) })
    else expect(answer).toMatchObject({ outcome: 'granted' })
    await node?.leave([wait])
    await untilClean(stage, name)
  })

  test('what is free is granted to the first who queues', async ({ stage }) => {
    const name = stage.name()
    const waiter = await listenInQueue(stage, name)
    expect(waiter.answer).toMatchObject({ outcome: 'granted' })
    expect(await stage.subject.probe.tokens(name)).toEqual(stage.alone ? [waiter.token] : [])
    await waiter.leave()
    await untilClean(stage, name)
  })
}
