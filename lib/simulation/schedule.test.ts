import { expect, test } from 'vitest'
import { type Plan, planFor } from './plan.ts'
import type { Sabotage } from './sabotage.ts'
import { runSchedule } from './schedule.ts'

/** Everything that happened, in words. */
async function told(seed: number): Promise<string[]> {
  const lines: string[] = []
  await runSchedule(seed, { print: (line) => lines.push(line) })
  return lines
}

test('a seed is the same schedule every time, told or not', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const first = await told(seed)
    expect(first.length).toBeGreaterThan(5)
    expect(await told(seed)).toEqual(first)
    const { tally } = await runSchedule(seed)
    const again = await runSchedule(seed, { print: () => {} })
    expect(again.tally.entries()).toEqual(tally.entries())
  }
}, 120_000)

test('different seeds are different schedules', async () => {
  expect(await told(1)).not.toEqual(await told(2))
})

const SABOTAGE: [string, Sabotage, RegExp][] = [
  ['voters that lost their memory vote at once', { withoutQuarantine: true }, /holds are valid at once/],
  ['a store grants what arrives too late', { grantsLate: true }, /granted too late/],
  ['all holds have the same fence', { sameFence: true }, /two holds have the fence 1|granted fence/],
  ['the clocks of stores are too fast', { fastStores: true }, /holds are valid at once/],
]
for (const [what, sabotage, verdict] of SABOTAGE)
  test(`it would be noticed if ${what}`, async () => {
    expect(await findsSo(sabotage, verdict)).toBe(true)
  }, 120_000)

/** There is something to forget, and a quorum that should not mind. */
const forgets = ({ voters, upsets }: Plan): boolean =>
  voters > 1 &&
  upsets.filter(({ kind }) => kind === 'node flushed' || kind === 'node restarted empty').length > 3

async function findsSo(sabotage: Sabotage, words: RegExp): Promise<boolean> {
  for (let seed = 1; seed <= 10_000; seed++) {
    if (sabotage.withoutQuarantine && !forgets(planFor(seed))) continue
    const { verdict } = await runSchedule(seed, { sabotage })
    if (verdict !== null && words.test(verdict)) return true
  }
  return false
}
