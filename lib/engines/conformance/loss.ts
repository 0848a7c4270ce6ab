import { expect, test } from 'vitest'
import { lost, type Stage } from './stage.ts'

export function checkLoss(stage: () => Stage): void {
  test('the holder notices that its hold was deleted from outside', async () => {
    const { subject, client } = stage()
    const name = stage().name()
    const hold = await client('first').acquire(name, subject)
    await hold.allVotes
    await subject.probe.destroy(name)
    expect(await lost(hold)).toMatchObject({ code: 'lost', lock: name })
    expect(() => hold.assertHeld()).toThrow()
  })

  test('who declares to tell of a loss does not wait for the renewal', async () => {
    const { subject, client } = stage()
    const [declared] = subject.connect()
    const tellsLoss = declared?.capabilities.tellsLoss
    await declared?.close()
    if (!tellsLoss) return
    const name = stage().name()
    const hold = await client('first', { autoRenew: false }).acquire(name, { ttlMs: subject.maxTtlMs })
    await hold.allVotes
    await subject.probe.destroy(name)
    expect(await lost(hold)).toMatchObject({ code: 'lost' })
  })
}
