import { expect } from 'vitest'
import { pause, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

export function checkFences(test: StagedTest): void {
  test('fences grow from hold to hold, however the one before it ended', async ({ stage }) => {
    const { subject, client, capabilities, long, short } = stage
    const name = stage.name()
    const fences: (string | null)[] = []
    for (const end of ['release', 'expiry', 'deletion', 'closing', 'release'] as const) {
      const locks = client(end)
      const terms = end === 'expiry' ? { ...short, autoRenew: false } : long
      const hold = await locks.acquire(name, { ...terms, waitMs: WAIT_MS })
      fences.push(hold.fence)
      await hold.allVotes
      if (end === 'release') await hold.release()
      if (end === 'deletion') await subject.probe.destroy(name)
      if (end === 'closing') await locks.close()
    }
    expectFences(capabilities.fences, fences)
  })

  test('who comes in later has the higher fence, also where the lock is handed over', async ({ stage }) => {
    const { client, capabilities, long } = stage
    const name = stage.name()
    const fences: (string | null)[] = []
    const options = { ...long, waitMs: WAIT_MS }
    const turns = ['a', 'b', 'c', 'd'].flatMap((service) => {
      const locks = client(service)
      return Array.from({ length: 4 }, () =>
        locks.using(name, options, async (hold) => {
          fences.push(hold.fence)
          await pause(2)
        }),
      )
    })
    await Promise.all(turns)
    expect(fences.length).toBe(16)
    expectFences(capabilities.fences, fences)
  })

  test('where several may hold at once there is no fence', async ({ stage }) => {
    const { client, long } = stage
    const hold = await client('first').acquire(stage.name(), { ...long, permits: 2 })
    expect(hold.fence).toBe(null)
  })

  test('who needs a fence for correctness is refused where there is none, unless it says in words why not', async ({
    stage,
  }) => {
    const { client, long } = stage
    const locks = client('first', { purpose: 'correctness' })
    await expectRefusedForFence(locks.acquire(stage.name(), { ...long, permits: 2 }))
    const withoutFence = 'the rate of calls is all that it limits'
    await locks.acquire(stage.name(), { ...long, permits: 2, withoutFence })
    if (!stage.capabilities.fences) await expectRefusedForFence(locks.acquire(stage.name(), long))
    else expect((await locks.acquire(stage.name(), long)).fence).not.toBe(null)
  })
}

async function expectRefusedForFence(asking: Promise<unknown>): Promise<void> {
  await expect(asking).rejects.toMatchObject({ code: 'unsupported', hint: expect.stringMatching(/\w/) })
}

/** Decimal, written the same way by everybody, each higher than the one before. */
export function expectFences(promised: boolean, fences: readonly (string | null)[]): void {
  if (!promised) {
    expect(fences.every((fence) => fence === null)).toBe(true)
    return
  }
  for (const fence of fences) expect(fence).toMatch(/^[1-9]\d*$/)
  const numbers = fences.map((fence) => BigInt(fence ?? -1))
  const sorted = [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1))
  expect(numbers).toEqual(sorted)
}
