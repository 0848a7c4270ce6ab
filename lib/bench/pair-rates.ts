import { type CandidateId, closeAll, openAll } from './candidates.ts'
import type { Place } from './contender.ts'
import { namesFor, type Pace, runPairs } from './pace.ts'
import { inTurn } from './rounds.ts'
import type { Settings } from './settings.ts'
import type { Scores } from './standing.ts'

export interface PairRates {
  perSecond: Scores
  /** What a pair costs the client's process, in microseconds of CPU. */
  cpuUs: Scores
}

/** How many pairs a second everybody makes, for each number of locks that are in use at once. */
export async function measurePairRates(
  place: Place,
  ids: readonly CandidateId[],
  counts: readonly number[],
  { rounds, turnMs }: Settings,
): Promise<(count: number) => PairRates> {
  const opened = await openAll(ids, place)
  const turn = async (id: CandidateId, count: number, ms: number): Promise<Pace> => {
    const contender = opened.get(id)
    if (!contender) throw new Error(`${id} was not opened`)
    return await runPairs(contender, namesFor(count), ms)
  }
  const measured = new Map<number, ReadonlyMap<CandidateId, readonly Pace[]>>()
  for (const count of counts) {
    await inTurn(1, ids, (id) => turn(id, count, turnMs))
    measured.set(count, await inTurn(rounds, ids, (id) => turn(id, count, turnMs)))
  }
  await closeAll(opened)
  return (count) => {
    const paces = [...(measured.get(count) ?? [])]
    return {
      perSecond: new Map(paces.map(([id, each]) => [id, each.map(({ pairsPerSecond }) => pairsPerSecond)])),
      cpuUs: new Map(paces.map(([id, each]) => [id, each.map(({ cpuUs }) => cpuUs)])),
    }
  }
}
