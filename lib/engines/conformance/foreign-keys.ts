import { expect } from 'vitest'
import { outcomeOf } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkForeignKeys(test: StagedTest): void {
  test('what somebody else keeps in the place of a lock is respected, and never overwritten', async ({
    stage,
  }) => {
    const { subject, client, long } = stage
    const locks = client('first')
    expect(subject.probe.foreign.length).toBeGreaterThan(0)
    for (const foreign of subject.probe.foreign) {
      const name = stage.name()
      await foreign.put(name)
      const tried = await locks.tryAcquire(name, long)
      const { holder } = foreign
      expect(tried, foreign.what).toMatchObject({ granted: false, why: 'held', holder })
      const waiting = locks.acquire(name, { ...long, waitMs: 200 })
      expect(await outcomeOf(waiting), foreign.what).toBe('timeout')
      const semaphore = await outcomeOf(locks.acquire(name, { ...long, permits: 2 }))
      expect(['timeout', 'invalid'], foreign.what).toContain(semaphore)
      expect(await foreign.isThere(name), foreign.what).toBe(true)
      await subject.probe.destroy(name)
      expect((await locks.tryAcquire(name, long)).granted, foreign.what).toBe(true)
    }
  })
}
