import { expect } from 'vitest'
import { outcomeOf } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkMisplaced(test: StagedTest): void {
  test('where there is no such backend, an error says what is wrong and what to do', async ({ stage }) => {
    const { subject, client, alone, long } = stage
    const code = alone ? 'backend_unavailable' : 'no_quorum'
    expect(subject.misplaced.length).toBeGreaterThan(0)
    for (const { what, connect, says } of subject.misplaced) {
      const locks = client('lost', { nodes: connect })
      for (const waitMs of [0, 300]) {
        const asking = locks.acquire(stage.name(), { ...long, waitMs })
        const error = await asking.then(
          () => expect.unreachable(what),
          (failure) => failure,
        )
        expect(error, what).toMatchObject({ name: 'LockError', code })
        expect(`${error.message} ${error.hint}`, what).toMatch(says)
      }
      const order = locks.freeze(stage.name(), { forMs: 1_000, message: 'm' })
      const laid = await order.catch((error) => error)
      expect(laid.inForce === false || laid.code === code, what).toBe(true)
      await locks.close()
      expect(await outcomeOf(locks.acquire(stage.name(), long)), what).toBe('closed')
    }
  })
}
