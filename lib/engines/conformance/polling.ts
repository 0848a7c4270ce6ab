import { expect } from 'vitest'
import { outcomeOf, pause, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

/** A waiter with a long TTL says no more often than this that it lives. */
const HEARTBEAT_MS = 1_000
/** A client of a cluster that has heard nothing for a while first looks which member is there. */
const EACH_BEAT = 2
const WAITERS = 4
const TURNS = 5

export function checkPolling(test: StagedTest): void {
  test('waiters cost the servers no more than their heartbeats', async ({ stage }) => {
    const { subject, client, long, voters } = stage
    const giveUp = new AbortController()
    const first = client('first')
    const waiting: Promise<unknown>[] = []
    for (const permits of [1, 2]) {
      const name = stage.name()
      for (let taken = 0; taken < permits; taken += 1) await first.acquire(name, { ...long, permits })
      const options = { ...long, permits, waitMs: WAIT_MS, signal: giveUp.signal }
      for (let at = 0; at < WAITERS; at += 1)
        waiting.push(outcomeOf(client(`waiter-${at}`).acquire(name, options)))
      await untilQueued(stage, name, WAITERS)
    }
    await pause(200)
    const [startedAt, before] = [performance.now(), await subject.probe.requests()]
    await pause(2.5 * HEARTBEAT_MS)
    const [after, endedAt] = [await subject.probe.requests(), performance.now()]
    const beats = Math.ceil((endedAt - startedAt) / HEARTBEAT_MS)
    expect(after - before).toBeLessThanOrEqual(waiting.length * beats * voters * EACH_BEAT)
    giveUp.abort()
    for (const outcome of await Promise.all(waiting)) expect(outcome).toBe('aborted')
  })

  test('a lock that goes from hand to hand costs a few requests each time', async ({ stage }) => {
    const { subject, client, voters, capabilities, long } = stage
    const name = stage.name()
    const options = { ...long, waitMs: WAIT_MS }
    const clients = Array.from({ length: WAITERS }, (_, at) => client(`client-${at}`))
    for (const locks of clients) await locks.using(stage.name(), options, () => {})
    const [startedAt, before] = [performance.now(), await subject.probe.requests()]
    await Promise.all(
      clients.map(async (locks) => {
        for (let turn = 0; turn < TURNS; turn += 1) await locks.using(name, options, () => pause(1))
      }),
    )
    const [after, endedAt] = [await subject.probe.requests(), performance.now()]
    const beats = Math.ceil((endedAt - startedAt) / HEARTBEAT_MS)
    const eachTime = stage.alone && capabilities.handsOver ? 3 : 6
    const most = voters * (WAITERS * TURNS * eachTime + WAITERS * beats)
    expect(after - before).toBeLessThanOrEqual(most)
  })
}
