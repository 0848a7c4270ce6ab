import { expect } from 'vitest'
import { untilClean, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkRelease(test: StagedTest): void {
  test('a release frees the lock at once, leaves nothing, and may be repeated', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    await hold.release()
    await hold.release()
    await untilClean(stage, name)
    expect((await client('second').tryAcquire(name, long)).granted).toBe(true)
  })

  test('a release is no loss, and what was released is not held', async ({ stage }) => {
    const { client, long } = stage
    const hold = await client('first').acquire(stage.name(), long)
    await hold.release()
    expect(hold.signal.aborted).toBe(false)
    expect(hold.remainingMs()).toBe(0)
    expect(() => hold.assertHeld()).toThrow(expect.objectContaining({ code: 'lost' }))
    expect(await hold.renew()).toBe(false)
  })

  test('a late release never frees what somebody else has by now', async ({ stage }) => {
    const { subject, client, long } = stage
    const name = stage.name()
    const late = await client('first').acquire(name, { ...long, autoRenew: false })
    await late.allVotes
    await subject.probe.destroy(name)
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    await next.allVotes
    const before = await subject.probe.tokens(name)
    await late.release()
    expect(await subject.probe.tokens(name)).toEqual(before)
    expect(await next.renew()).toBe(true)
  })

  test('closing gives back every hold', async ({ stage }) => {
    const { client, long } = stage
    const names = [stage.name(), stage.name()]
    const locks = client('first')
    for (const name of names) await locks.acquire(name, long)
    await locks.close()
    for (const name of names) await untilClean(stage, name)
    await expect(locks.acquire(stage.name(), long)).rejects.toMatchObject({ code: 'closed' })
  })

  test('work that fails gives the lock back', async ({ stage }) => {
    const { client, long } = stage
    const name = stage.name()
    const failing = client('first').using(name, long, () => Promise.reject(new Error('the work')))
    await expect(failing).rejects.toThrow('the work')
    await untilClean(stage, name)
  })
}
