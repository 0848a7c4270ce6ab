import { expect, test } from 'vitest'
import { type Stage, until } from './stage.ts'

export function checkRelease(stage: () => Stage): void {
  test('a release frees the lock at once, leaves nothing, and may be repeated', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    await hold.release()
    await hold.release()
    await until(() => subject.probe.isClean(name))
    expect((await client('second').tryAcquire(name, subject)).granted).toBe(true)
  })

  test('a late release never frees what somebody else has by now', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const late = await client('first').acquire(name, { ttlMs: subject.ttlMs, autoRenew: false })
    await late.allVotes
    await subject.probe.destroy(name)
    const next = await client('second').acquire(name, { ttlMs: subject.ttlMs, waitMs: 10_000 })
    const before = await subject.probe.tokens(name)
    await late.release()
    expect(await subject.probe.tokens(name)).toEqual(before)
    expect(await next.renew()).toBe(true)
  })

  test('closing gives back every hold', async () => {
    const { subject, client } = stage()
    const names = [stage().name(), stage().name()]
    const locks = client('first')
    for (const name of names) await locks.acquire(name, subject)
    await locks.close()
    for (const name of names) await until(() => subject.probe.isClean(name))
  })
}
