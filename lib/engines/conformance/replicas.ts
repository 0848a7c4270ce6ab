import { expect } from 'vitest'
import { untilClean } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkReplicas(test: StagedTest): void {
  test('who wants copies is granted with them, refused without, and told where nobody counts', async ({
    stage,
  }) => {
    const { subject, client, capabilities } = stage
    const name = stage.name()
    const locks = client('first')
    const asking = (minReplicas: number) => locks.acquire(name, { ttlMs: subject.ttlMs, minReplicas })
    if (subject.replicas > 0) expect(capabilities.countsReplicas).toBe(true)
    if (!capabilities.countsReplicas) {
      await expect(asking(1)).rejects.toMatchObject({
        code: 'unsupported',
        lock: name,
        hint: expect.stringMatching(/\w/),
      })
      return untilClean(stage, name)
    }
    if (subject.replicas > 0) {
      const hold = await asking(subject.replicas)
      hold.assertHeld()
      await hold.release()
    }
    await expect(asking(subject.replicas + 1)).rejects.toMatchObject({
      code: 'under_replicated',
      lock: name,
      hint: expect.stringMatching(/\w/),
    })
    await untilClean(stage, name)
    expect((await client('second').tryAcquire(name, subject)).granted).toBe(true)
  })
}
