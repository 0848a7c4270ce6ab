import type { LockTable } from './brief.ts'
import type { Lock } from './lock.ts'
import type { Cycle, WaitsFor } from './waiting.ts'
import { type Knot, knotsOf } from './waits-for-cycles.ts'
import {
  type Graph,
  type GraphHold,
  type GraphParty,
  type GraphWait,
  graphOf,
  keeps,
} from './waits-for-graph.ts'

/** More waits than these are left out of the answer, from the smallest trees. */
const MOST_WAITS = 2_000
/** So much counting takes a few milliseconds. */
const MOST_STEPS = 50_000

/** The locks that matter here, out of all. */
export function* contended(table: LockTable): Iterable<Lock> {
  for (const brief of table.briefs()) {
    if (brief.waiters === null || brief.waiters === 0 || brief.confidence === 'candidate') continue
    const lock = table.get(brief.id)
    if (lock) yield lock
  }
}

/** Who waits for whom, over all locks and backends. */
export function waitsFor(locks: Iterable<Lock>): WaitsFor {
  const graph = graphOf(locks)
  const knots = knotsOf(graph)
  const count = new Count()
  const knotted = new Set(knots.flatMap(({ holds }) => holds.map(({ party }) => party)))
  const heads = [...graph.parties.values()]
    .filter((party) => !knotted.has(party) && party.holds.some((hold) => blocks(hold) && !isKept(hold)))
    .map((party) => ({ party, behind: count.behind(party) }))
    .sort((a, b) => (b.behind ?? 0) - (a.behind ?? 0) || order(a.party, b.party))
  const shown = firstWaits([...[...knotted].sort(order), ...heads.map(({ party }) => party)])
  return {
    parties: shown.parties.map((party) => aboutParty(party, count)),
    waits: shown.waits,
    locks: shown.locks,
    heads: heads.flatMap(({ party }) => (shown.parties.includes(party) ? [party.id] : [])),
    cycles: knots.map(cycleOf).sort((a, b) => b.parties.length - a.parties.length),
    looked: { contended: graph.contended, unheld: graph.unheld },
    leftOut: countWaits(graph) - shown.waits.length,
  }
}

const order = (a: GraphParty, b: GraphParty): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Does its holder itself wait for somebody before it can let go? */
const isKept = (hold: GraphHold): boolean =>
  hold.party.waits.some(
    (wait) => keeps(wait, hold) && wait.lock.holds.some(({ party }) => party !== hold.party),
  )

const blocks = ({ party, lock }: GraphHold): boolean => lock.waits.some((wait) => wait.party !== party)

class Count {
  readonly #known = new Map<GraphParty, number | null>()
  #steps = 0

  /** How many can't go on before this one lets go, over all steps; null when counting has taken long enough. */
  behind(party: GraphParty): number | null {
    const known = this.#known.get(party)
    if (known !== undefined) return known
    const found = this.#follow(party)
    this.#known.set(party, found)
    return found
  }

  #follow(party: GraphParty): number | null {
    const found = new Set<GraphParty>()
    const seen = new Set<GraphHold>(party.holds)
    const open = [...party.holds]
    for (let at = open.pop(); at; at = open.pop()) {
      for (const wait of at.lock.waits) {
        if (wait.party === at.party) continue
        if (++this.#steps > MOST_STEPS) return null
        if (wait.party !== party) found.add(wait.party)
        for (const hold of keptBy(wait)) {
          if (seen.has(hold)) continue
          seen.add(hold)
          open.push(hold)
        }
      }
    }
    return found.size
  }
}

const keptBy = (wait: GraphWait): GraphHold[] => wait.party.holds.filter((hold) => keeps(wait, hold))

/** From these on downwards, as many as fit. */
function firstWaits(from: readonly GraphParty[]) {
  const waits: WaitsFor['waits'] = []
  const parties = new Set<GraphParty>()
  const locks = new Map<string, WaitsFor['locks'][number]>()
  const open = [...from]
  for (const party of open) {
    if (parties.has(party) || waits.length >= MOST_WAITS) continue
    parties.add(party)
    for (const hold of party.holds) {
      for (const wait of hold.lock.waits) {
        if (wait.party === party || waits.length >= MOST_WAITS) continue
        waits.push(waitOf(wait.party, hold, wait.since))
        locks.set(hold.lock.lock.id, aboutLock(hold.lock.lock))
        open.push(wait.party)
      }
    }
  }
  const waiting = new Set(waits.map(({ waiter }) => waiter))
  for (const party of open) if (waiting.has(party.id)) parties.add(party)
  return { waits, parties: [...parties], locks: [...locks.values()] }
}

const waitOf = (waiter: GraphParty, hold: GraphHold, since: number | null): WaitsFor['waits'][number] => ({
  waiter: waiter.id,
  holder: hold.party.id,
  lock: hold.lock.lock.id,
  since: iso(since),
  heldSince: iso(hold.since),
})

const aboutLock = ({ id, backend, name, kind, waiters }: Lock): WaitsFor['locks'][number] => ({
  ...{ id, backend, name, kind },
  waiters: waiters.known ? waiters.count : 0,
})

const aboutParty = (party: GraphParty, count: Count): WaitsFor['parties'][number] => ({
  id: party.id,
  label: party.label,
  identified: party.identified,
  holds: party.holds.length,
  waits: party.waits.length,
  downstream: count.behind(party),
})

const countWaits = ({ locks }: Graph): number =>
  locks.reduce(
    (sum, { holds, waits }) =>
      sum + holds.reduce((all, hold) => all + waits.filter(({ party }) => party !== hold.party).length, 0),
    0,
  )

function cycleOf(knot: Knot): Cycle {
  const parties = inTurn(knot)
  const times = knot.waits.map(({ since }) => since)
  return {
    parties: parties.map(({ id }) => id),
    locks: [...new Set(knot.holds.map(({ lock }) => lock.lock.id))],
    since: times.includes(null) ? null : iso(Math.max(...times.map((time) => time ?? 0))),
    victim: victimOf(knot),
  }
}

/** Each before the one that it waits for, as far as a circle goes. */
function inTurn({ holds, waits }: Knot): GraphParty[] {
  const inside = new Set(holds.map(({ party }) => party))
  const left = new Set([...inside].sort(order))
  const turn: GraphParty[] = []
  const waitsOf = new Map<GraphParty, GraphWait[]>()
  for (const wait of waits) {
    const own = waitsOf.get(wait.party)
    if (own) own.push(wait)
    else waitsOf.set(wait.party, [wait])
  }
  for (const first of [...left]) {
    for (let at: GraphParty | undefined = left.has(first) ? first : undefined; at; ) {
      left.delete(at)
      turn.push(at)
      const here: GraphParty = at
      const next = waitsOf.get(here)?.flatMap(({ lock }) => lock.holds.map(({ party }) => party))
      ;[at] = (next ?? []).filter((party) => left.has(party)).sort(order)
    }
  }
  return turn
}

/** Whoever holds the least, and of those whoever began last: the least work is lost. */
function victimOf({ holds }: Knot): Cycle['victim'] {
  const age = ({ since }: GraphHold) => since ?? 0
  const [cheapest] = [...holds].sort(
    (a, b) => a.party.holds.length - b.party.holds.length || age(b) - age(a) || order(a.party, b.party),
  )
  if (!cheapest) throw new Error('a knot without a hold')
  const { party, lock } = cheapest
  const least = holds.every((hold) => hold.party === party || hold.party.holds.length > party.holds.length)
  return {
    party: party.id,
    lock: lock.lock.id,
    because: least
      ? `it holds the least: ${party.holds.length === 1 ? '1 contended lock' : `${party.holds.length} contended locks`}`
      : 'it took its lock last, so that the least work is lost',
  }
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
