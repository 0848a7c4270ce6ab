import { type CandidateId, closeAll, openAll } from './candidates.ts'
import type { Place } from './contender.ts'
import { namesFor, type Pace, runPairs } from './pace.ts'
import { inTurn } from './rounds.ts'
import type { Settings } from './settings.ts'
import type { Scores } from './standing.ts'

/** How many pairs a second everybody makes, for each number of locks that are in use at once. */
export async function measurePairRates(
  place: Place,
  ids: readonly CandidateId[],
  counts: readonly number[],
  { rounds, turnMs }: Settings,
): Promise<Map<number, Scores>> {
  const opened = await openAll(ids, place)
  const turn = async (id: CandidateId, count: number, ms: number): Promise<Pace> => {
    const contender = opened.get(id)
    if (!contender) throw new Error(`${id} was not opened`)
    return await runPairs(contender, namesFor(count), ms)
  }
  const rates = new Map<number, Scores>()
  for (const count of counts) {
    await inTurn(1, ids, (id) => turn(id, count, turnMs))
    const paces = await inTurn(rounds, ids, (id) => turn(id, count, turnMs))
    rates.set(
      count,
      new Map([...paces].map(([id, each]) => [id, each.map(({ pairsPerSecond }) => pairsPerSecond)])),
    )
  }
  await closeAll(opened)
  return rates
}
