import { expect } from 'vitest'
import { outcomeOf, type Stage } from './stage.ts'
import type { StagedTest } from './staged.ts'
import type { Misplaced } from './subject.ts'

export function checkMisplaced(test: StagedTest): void {
  test('where there is no such backend, an error says what is wrong and what to do', async ({ stage }) => {
    const { misplaced } = stage.subject
    expect(misplaced.length).toBeGreaterThan(0)
    await Promise.all(misplaced.map((place) => expectTrouble(stage, place)))
  })
}

async function expectTrouble(stage: Stage, { what, connect, says }: Misplaced): Promise<void> {
  const { client, long, alone } = stage
  const code = alone ? 'backend_unavailable' : 'no_quorum'
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
  const laid = await locks
    .freeze(stage.name(), { forMs: 1_000, message: 'm' })
    .catch((failure: unknown) => failure)
  expect(
    [expect.objectContaining({ inForce: false }), expect.objectContaining({ code })],
    what,
  ).toContainEqual(laid)
  await locks.close()
  expect(await outcomeOf(locks.acquire(stage.name(), long)), what).toBe('closed')
}
