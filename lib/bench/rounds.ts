import { median } from './stats.ts'

/**
 * Everybody once a round, one after the other, so that whatever else the machine does meets all alike. Who begins changes
 * from round to round.
 */
export async function inTurn<Id, Result>(
  rounds: number,
  ids: readonly Id[],
  turn: (id: Id, round: number) => Promise<Result>,
): Promise<Map<Id, Result[]>> {
  const results = new Map<Id, Result[]>(ids.map((id) => [id, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < ids.length; place += 1) {
      const id = ids[(place + round) % ids.length]
      if (id !== undefined) results.get(id)?.push(await turn(id, round))
    }
  }
  return results
}

/** How much more `one` is than `other`: the median of what it was in each round. */
export const ratioOf = (one: readonly number[], other: readonly number[]): number =>
  median(one.map((value, round) => value / (other[round] ?? Number.NaN)))
