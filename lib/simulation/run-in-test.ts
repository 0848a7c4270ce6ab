import { howToReplay, runMany } from './run-many.ts'
import { linesOf } from './tell-tally.ts'

/** Says what was run, and what went wrong; null when nothing did. */
export async function runInTest(from: number, count: number): Promise<string | null> {
  const { tally, found } = await runMany(from, count)
  process.stdout.write(`\nSimulated schedules from seed ${from} on:\n${linesOf(tally).join('\n')}\n`)
  return found && howToReplay(found)
}
