import { expect } from 'vitest'
import { untilClean, untilQueued, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkReplicas(test: StagedTest): void {
  test('who wants copies is granted with them, refused without, and told where nobody counts', async ({
    stage,
  }) => {
    const { subject, client, capabilities, long } = stage
    const name = stage.name()
    // An answer that waits for copies that are not there takes as long as it may.
    const locks = client('first', { nodeTimeoutMs: 2_000 })
    const asking = (minReplicas: number) => locks.acquire(name, { ...long, minReplicas })
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
    expect((await client('second').tryAcquire(name, long)).granted).toBe(true)
  })

  test('who waits for a lock with copies is refused, too, when it is its turn and they are not there', async ({
    stage,
  }) => {
    const { subject, client, capabilities, long } = stage
    const name = stage.name()
    const hold = await client('first').acquire(name, long)
    const waiting = client('second', { nodeTimeoutMs: 2_000 }).acquire(name, {
      ...{ ...long, waitMs: WAIT_MS, minReplicas: subject.replicas + 1 },
    })
    const code = capabilities.countsReplicas ? 'under_replicated' : 'unsupported'
    const refused = expect(waiting).rejects.toMatchObject({ code, lock: name })
    if (capabilities.countsReplicas) await untilQueued(stage, name)
    else await refused
    await hold.release()
    await refused
    await untilClean(stage, name)
  })
}
