import { expect } from 'vitest'
import { outcomeOf, pause, untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkHoldBack(test: StagedTest): void {
  test('what is held back is granted to nobody', async ({ stage }) => {
    const { subject, client, voters, long } = stage
    const name = stage.name()
    expect(await client('operator').holdBack(name, { forMs: subject.maxTtlMs })).toMatchObject({
      inForce: true,
    })
    expect(await subject.probe.closed(name)).toBeGreaterThan(voters / 2)
    const locks = client('first')
    expect(await locks.tryAcquire(name, long)).toMatchObject({ granted: false, why: 'held-back' })
    expect(await outcomeOf(locks.acquire(name, long))).toBe('frozen')
    expect(await subject.probe.tokens(name)).toEqual([])
    await subject.probe.destroy(name)
  })

  test('it ends by itself, and who waited comes in then, not before', async ({ stage }) => {
    const { subject, client, voters, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const waiting = client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await untilQueued(stage, name)
    await client('operator').holdBack(name, { forMs: subject.ttlMs })
    await hold.release()
    const next = await waiting
    expect(await subject.probe.closed(name)).toBeLessThanOrEqual(voters / 2)
    next.assertHeld()
    await next.release()
    await untilClean(stage, name)
  })

  test('who holds it renews on', async ({ stage }) => {
    const { subject, client, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, steady)
    await client('operator').holdBack(name, { forMs: 2 * subject.ttlMs })
    await pause(1.2 * steady.ttlMs)
    hold.assertHeld()
    expect(await hold.renew()).toBe(true)
    await hold.release()
    await untilClean(stage, name)
  })
}
