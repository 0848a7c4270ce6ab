import { expect } from 'vitest'
import { pause, told, until, untilClean, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

const LAPSE = { message: 'the job hangs', by: 'nina' }

export function checkLapse(test: StagedTest): void {
  test('what may lapse is not renewed any more, and ends at its time', async ({ stage }) => {
    const { client, long, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, steady)
    await hold.allVotes
    expect(await client('operator').lapse(name, LAPSE)).toMatchObject({ inForce: true })
    const reason = await told(hold)
    expect(reason).toMatchObject({
      code: 'lapsing',
      lock: name,
      message: expect.stringContaining(LAPSE.message),
    })
    expect(await hold.renew()).toBe(false)
    const next = await client('second').acquire(name, { ...long, waitMs: WAIT_MS })
    expect(hold.remainingMs()).toBe(0)
    expect(() => hold.assertHeld()).toThrow(expect.objectContaining({ code: 'lost' }))
    next.assertHeld()
    expect(await next.renew()).toBe(true)
    expect(next.signal.aborted).toBe(false)
    await next.release()
    await untilClean(stage, name)
  })

  test('until then it is good, and may be given back', async ({ stage }) => {
    const { client, steady } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, steady)
    await hold.allVotes
    await client('operator').lapse(name, LAPSE)
    expect(await told(hold)).toMatchObject({ code: 'lapsing' })
    expect(hold.notice).toEqual({ kind: 'lapse', ...LAPSE })
    hold.assertHeld()
    await hold.release()
    await untilClean(stage, name)
  })

  test('no renewal makes it longer, however often it is tried', async ({ stage }) => {
    const { subject, client } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, { ttlMs: 2 * subject.ttlMs, autoRenew: false })
    await hold.allVotes
    await client('operator').lapse(name, LAPSE)
    for (let time = 0; time < 4; time += 1) {
      expect(await hold.renew()).toBe(false)
      await pause(subject.ttlMs / 4)
    }
    await until(() => hold.remainingMs() === 0)
    await untilClean(stage, name)
  })
}
