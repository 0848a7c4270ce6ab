import { expect } from 'vitest'
import { createChance } from './chance.ts'
import { outcomeOf, pause, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

const ROUNDS = 25

export function checkAbort(test: StagedTest): void {
  test('an aborted waiter leaves nothing behind', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const giveUp = new AbortController()
    const options = { ...long, waitMs: WAIT_MS, signal: giveUp.signal }
    const waiting = outcomeOf(client('second').acquire(name, options))
    await untilQueued(stage, name)
    giveUp.abort()
    expect(await waiting).toBe('aborted')
    await hold.release()
    await untilClean(stage, name)
  })

  test('an aborted waiter of a semaphore leaves nothing behind', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const first = client('first')
    const full = { ...long, permits: 2 }
    const holds = [await first.acquire(name, full), await first.acquire(name, full)]
    const giveUp = new AbortController()
    const waiting = outcomeOf(
      client('second').acquire(name, { ...full, waitMs: WAIT_MS, signal: giveUp.signal }),
    )
    await untilQueued(stage, name)
    giveUp.abort()
    expect(await waiting).toBe('aborted')
    await Promise.all(holds.map((hold) => hold.release()))
    await untilClean(stage, name)
  })

  test('a waiter that gives up gives nothing to those behind it while the lock is held', async ({
    stage,
  }) => {
    const { subject, client, long, holders } = stage
    for (const permits of [1, 2]) {
      const name = stage.name()
      const first = client('first')
      const full = { ...long, permits }
      const holds = []
      for (let taken = 0; taken < permits; taken += 1) holds.push(await first.acquire(name, full))
      const giveUp = new AbortController()
      const waiting = outcomeOf(
        client('second').acquire(name, { ...full, waitMs: WAIT_MS, signal: giveUp.signal }),
      )
      await untilQueued(stage, name)
      const behind = client('behind').acquire(name, { ...full, waitMs: WAIT_MS })
      await untilQueued(stage, name, 2)
      giveUp.abort()
      expect(await waiting).toBe('aborted')
      expect(await holders(name)).toBe(permits)
      expect(new Set(await subject.probe.tokens(name)).size).toBe(permits)
      await Promise.all(holds.map((hold) => hold.release()))
      await (await behind).release()
      await untilClean(stage, name)
    }
  })

  test('who was aborted before it asked does not ask', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const options = { ...long, waitMs: WAIT_MS, signal: AbortSignal.abort() }
    expect(await outcomeOf(client('first').acquire(name, options))).toBe('aborted')
    expect(await subject.probe.left(name)).toEqual([])
  })

  test('an abort that races with the hand-over loses no lock: the next one gets it', async ({ stage }) => {
    const { client, long } = stage
    const chance = createChance()
    const [first, second, third] = [client('first'), client('second'), client('third')]
    const options = { ...long, waitMs: WAIT_MS }
    const seen = new Set<string>()
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = stage.name()
      const hold = await first.acquire(name, options)
      const giveUp = new AbortController()
      const aborted = second.acquire(name, { ...options, signal: giveUp.signal }).then(
        (won) => won.release().then(() => 'granted'),
        (error) => error.code,
      )
      await untilQueued(stage, name)
      const next = third.acquire(name, options)
      await untilQueued(stage, name, 2)
      const released = pause(6 * chance()).then(() => hold.release())
      await pause(6 * chance())
      giveUp.abort()
      seen.add(await aborted)
      await released
      const came = await next
      came.assertHeld()
      expect(await stage.holders(name), `seed ${chance.seed}, round ${round}`).toBe(1)
      await came.release()
      await untilClean(stage, name)
    }
    expect([...seen].filter((code) => code !== 'granted' && code !== 'aborted')).toEqual([])
    expect(seen.has('aborted')).toBe(true)
  })

  test('running out of time races with the hand-over and loses no lock either', async ({ stage }) => {
    const { client, long } = stage
    const chance = createChance()
    const [first, second] = [client('first'), client('second')]
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = stage.name()
      const hold = await first.acquire(name, long)
      const waiting = second.acquire(name, { ...long, waitMs: 20 }).then(
        (won) => won.release().then(() => 'granted'),
        (error) => error.code,
      )
      await pause(14 + 10 * chance())
      await hold.release()
      expect(['granted', 'timeout'], `seed ${chance.seed}`).toContain(await waiting)
      await untilClean(stage, name)
    }
  })
}
