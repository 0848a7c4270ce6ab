import { expect } from 'vitest'
import { told } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkLoss(test: StagedTest): void {
  test('the holder notices that its hold was deleted from outside', async ({ stage }) => {
    const { subject, client, short } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, short)
    await hold.allVotes
    await subject.probe.destroy(name)
    expect(await told(hold)).toMatchObject({ code: 'lost', lock: name })
    expect(() => hold.assertHeld()).toThrow()
  })

  test('who declares to tell of a loss does not wait for the renewal; who does not learns it by asking', async ({
    stage,
  }) => {
    const { subject, client, capabilities, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, { ...long, autoRenew: false })
    await hold.allVotes
    await subject.probe.destroy(name)
    if (!capabilities.tellsLoss) expect(await hold.renew()).toBe(false)
    expect(await told(hold)).toMatchObject({ code: 'lost' })
    expect(hold.remainingMs()).toBe(0)
  })

  test('work under a lock that was lost meanwhile does not end well', async ({ stage }) => {
    const { subject, client, short } = stage
    const name = stage.name()
    const working = client('first').using(name, short, async (hold) => {
      await hold.allVotes
      await subject.probe.destroy(name)
      await told(hold)
      return 'done'
    })
    await expect(working).rejects.toMatchObject({ code: 'lost' })
  })
}
