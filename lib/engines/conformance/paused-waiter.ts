import { expect } from 'vitest'
import type { AcquireOptions, Hold } from '../../core/index.ts'
import { createChance } from './chance.ts'
import { pause, type Stage, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'
import { createStandstill } from './standstill.ts'

/** Stands still from before the release until everything that it could have been given is over. */
export function checkPausedWaiter(test: StagedTest): void {
  test('a waiter that stood still for longer than its TTL is not granted what is over', async ({ stage }) => {
    const { subject } = stage
    const name = stage.name()
    const { waiting, standstill, hold } = await queuePausable(stage, name)
    standstill.stop()
    await hold.release()
    await pause(1.2 * subject.ttlMs)
    standstill.goOn()
    const { next, remainingMs } = await waiting
    expect(remainingMs).toBeGreaterThan(0)
    expect(await next.renew()).toBe(true)
    await next.allVotes
    expect(await stage.holders(name)).toBe(1)
    await next.release()
    await untilClean(stage, name)
  })

  test('a waiter that stood still while somebody else came by has to wait for that one', async ({
    stage,
  }) => {
    const { subject, client, capabilities, long } = stage
    const name = stage.name()
    const { waiting, standstill, hold } = await queuePausable(stage, name)
    standstill.stop()
    await hold.release()
    const hasty = client('hasty')
    const other = await hasty.acquire(name, { ...long, waitMs: WAIT_MS })
    let granted = false
    const done = waiting.then((won) => {
      granted = true
      return won
    })
    standstill.goOn()
    await pause(subject.ttlMs)
    expect(granted).toBe(false)
    other.assertHeld()
    expect(await other.renew()).toBe(true)
    await other.release()
    const { next, remainingMs } = await done
    expect(remainingMs).toBeGreaterThan(0)
    if (capabilities.fences) expect(BigInt(next.fence ?? 0)).toBeGreaterThan(BigInt(other.fence ?? 0))
    await next.release()
    await untilClean(stage, name)
  })

  test('a waiter that stood still for much of its TTL gets it with more than the rest', async ({ stage }) => {
    const { subject, voters } = stage
    const chance = createChance()
    const ttlMs = 2 * subject.ttlMs
    const rounds = Array.from({ length: 4 }, async (_, round) => {
      const name = stage.name()
      const { waiting, standstill, hold } = await queuePausable(stage, name, { ttlMs })
      standstill.stop()
      const stoodStill = ttlMs * (0.45 + 0.1 * round + 0.1 * chance())
      await hold.release()
      await pause(stoodStill)
      standstill.goOn()
      const { next, remainingMs } = await waiting
      expect(remainingMs, `seed ${chance.seed}`).toBeGreaterThan(ttlMs - stoodStill)
      await next.allVotes
      const kept = (await subject.probe.remainingMs(name)).sort((a, b) => b - a)
      expect(kept[Math.floor(voters / 2)]).toBeGreaterThanOrEqual(next.remainingMs())
      await next.release()
      await untilClean(stage, name)
    })
    await Promise.all(rounds)
  })

  test('a waiter that was aborted while it stood still takes nothing with it', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const giveUp = new AbortController()
    const { waiting, standstill, hold } = await queuePausable(stage, name, { signal: giveUp.signal })
    const outcome = waiting.catch((error) => error.code)
    standstill.stop()
    await hold.release()
    const behind = client('behind').acquire(name, { ...long, waitMs: WAIT_MS })
    giveUp.abort()
    standstill.goOn()
    expect(await outcome).toBe('aborted')
    const next = await behind
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
  })
}

interface Queued {
  hold: Hold
  standstill: ReturnType<typeof createStandstill>
  /** What it has, and for how long at the moment at which it got it. */
  waiting: Promise<{ next: Hold; remainingMs: number }>
}

async function queuePausable(
  stage: Stage,
  name: string,
  terms: Partial<AcquireOptions> = {},
): Promise<Queued> {
  const { client, long, short } = stage
  const hold = await client('first').acquire(name, long)
  const standstill = createStandstill()
  const options = { ...short, waitMs: WAIT_MS, ...terms }
  const waiting = client('paused', standstill.options)
    .acquire(name, options)
    .then((next) => ({ next, remainingMs: next.remainingMs() }))
  await untilQueued(stage, name)
  return { hold, standstill, waiting }
}
