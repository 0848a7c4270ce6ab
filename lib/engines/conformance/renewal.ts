import { expect, test } from 'vitest'
import { lost, pause, type Stage } from './stage.ts'

export function checkRenewal(stage: () => Stage): void {
  test('a hold that is renewed outlives its TTL', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    await pause(2 * subject.ttlMs)
    hold.assertHeld()
    expect((await client('second').tryAcquire(name, subject)).granted).toBe(false)
  })

  test('a hold that nobody renews ends, says so, and frees the lock', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, { ttlMs: subject.ttlMs, autoRenew: false })
    expect(await lost(hold)).toMatchObject({ code: 'lost' })
    expect(hold.remainingMs()).toBe(0)
    const next = await client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: 10_000 })
    next.assertHeld()
  })

  test('a hold that was lost can not be revived, and does not disturb who has it now', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, { ttlMs: subject.ttlMs, autoRenew: false })
    await hold.allVotes
    await subject.probe.destroy(name)
    const next = await client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: 10_000 })
    expect(await hold.renew()).toBe(false)
    expect(() => hold.assertHeld()).toThrow()
    const tokens = await subject.probe.tokens(name)
    expect(new Set(tokens).size).toBe(1)
    next.assertHeld()
  })
}
