import { expect } from 'vitest'
import { untilClean, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkRelease(test: StagedTest): void {
  test('a release frees the lock at once, leaves nothing, and may be repeated', async ({ stage }) => {
    const { subject, client } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, subject)
    await hold.release()
    await hold.release()
    await untilClean(stage, name)
    expect((await client('second').tryAcquire(name, subject)).granted).toBe(true)
  })

  test('a release is no loss, and what was released is not held', async ({ stage }) => {
    const { subject, client } = stage
    const hold = await client('first').acquire(stage.name(), subject)
    await hold.release()
    expect(hold.signal.aborted).toBe(false)
    expect(hold.remainingMs()).toBe(0)
    expect(() => hold.assertHeld()).toThrow(expect.objectContaining({ code: 'lost' }))
    expect(await hold.renew()).toBe(false)
  })

  test('a late release never frees what somebody else has by now', async ({ stage }) => {
    const { subject, client } = stage
    const name = stage.name()
    const late = await client('first').acquire(name, { ttlMs: subject.ttlMs, autoRenew: false })
    await late.allVotes
    await subject.probe.destroy(name)
    const next = await client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: WAIT_MS })
    await next.allVotes
    const before = await subject.probe.tokens(name)
    await late.release()
    expect(await subject.probe.tokens(name)).toEqual(before)
    expect(await next.renew()).toBe(true)
  })

  test('closing gives back every hold', async ({ stage }) => {
    const { subject, client } = stage
    const names = [stage.name(), stage.name()]
    const locks = client('first')
    for (const name of names) await locks.acquire(name, subject)
    await locks.close()
    for (const name of names) await untilClean(stage, name)
    await expect(locks.acquire(stage.name(), subject)).rejects.toMatchObject({ code: 'closed' })
  })

  test('work that fails gives the lock back', async ({ stage }) => {
    const { subject, client } = stage
    const name = stage.name()
    const failing = client('first').using(name, subject, () => Promise.reject(new Error('the work')))
    await expect(failing).rejects.toThrow('the work')
    await untilClean(stage, name)
  })
}
