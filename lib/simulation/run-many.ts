import { runSchedule, type ScheduleOptions } from './schedule.ts'
import { createTally, type Tally } from './tally.ts'

export interface Found {
  seed: number
  verdict: string
}

/** Schedules from one seed on, until one goes wrong. */
export async function runMany(
  from: number,
  count: number,
  options: ScheduleOptions = {},
): Promise<{ tally: Tally; found: Found | null }> {
  const tally = createTally()
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await runSchedule(seed, options)
    tally.add(outcome.tally.entries())
    if (outcome.verdict !== null) return { tally, found: { seed, verdict: outcome.verdict } }
  }
  return { tally, found: null }
}

export const howToReplay = ({ seed, verdict }: Found): string =>
  `seed ${seed}: ${verdict}\nStep by step: node --import tsx lib/simulation/replay.ts --seed ${seed}`
