import type { Lock } from './lock.ts'
import type { Cycle } from './waiting.ts'
import type { Knot } from './waits-for-cycles.ts'
import { byId, type GraphHold, type GraphParty, type GraphWait } from './waits-for-graph.ts'

/** Nobody reads more of one circle. */
const MOST_TOLD = 200

/** As it is told on a page: of a very large knot only a part. */
export function cycleOf(knot: Knot): Cycle {
  const parties = inTurn(knot)
  const since = sinceOf(knot)
  const victim = victimOf(knot)
  return {
    parties: parties.slice(0, MOST_TOLD).map(({ id }) => id),
    size: parties.length,
    locks: locksOf(knot)
      .slice(0, MOST_TOLD)
      .map(({ id }) => id),
    since: since === null ? null : new Date(since).toISOString(),
    victim: { party: victim.party.id, lock: victim.lock.id, because: victim.because },
  }
}

/** Each before the one that it waits for, as far as a circle goes. */
export function inTurn({ holds, waits }: Knot): GraphParty[] {
  const left = new Set(holds.map(({ party }) => party).sort(byId))
  const turn: GraphParty[] = []
  const queues = byParty(waits)
  for (const first of [...left]) {
    for (let at: GraphParty | undefined = left.has(first) ? first : undefined; at; ) {
      left.delete(at)
      turn.push(at)
      const next = queues.get(at)?.flatMap(({ lock }) => lock.holds.map(({ party }) => party))
      ;[at] = (next ?? []).filter((party) => left.has(party)).sort(byId)
    }
  }
  return turn
}

/** What each of them waits for. */
export function byParty(waits: readonly GraphWait[]): Map<GraphParty, GraphWait[]> {
  const found = new Map<GraphParty, GraphWait[]>()
  for (const wait of waits) {
    const own = found.get(wait.party)
    if (own) own.push(wait)
    else found.set(wait.party, [wait])
  }
  return found
}

export const locksOf = ({ holds }: Knot): Lock[] => [...new Set(holds.map(({ lock }) => lock.lock))]

/** When its last wait began; null when one of them is not known. */
export function sinceOf({ waits }: Knot): number | null {
  let last = 0
  for (const { since } of waits) {
    if (since === null) return null
    last = Math.max(last, since)
  }
  return last
}

/** Whoever holds the least, and of those whoever began last: the least work is lost. */
export function victimOf({ holds }: Knot): { party: GraphParty; lock: Lock; because: string } {
  const age = ({ since }: GraphHold) => since ?? 0
  const [cheapest] = [...holds].sort(
    (a, b) => a.party.holds.length - b.party.holds.length || age(b) - age(a) || byId(a.party, b.party),
  )
  if (!cheapest) throw new Error('a knot without a hold')
  const { party, lock } = cheapest
  const least = holds.every((hold) => hold.party === party || hold.party.holds.length > party.holds.length)
  return {
    party,
    lock: lock.lock,
    because: least
      ? `it holds the least: ${party.holds.length === 1 ? '1 contended lock' : `${party.holds.length} contended locks`}`
      : 'it took its lock last, so that the least work is lost',
  }
}
