import type { Brief, LockTable } from './brief.ts'
import type { Lock } from './lock.ts'
import { shortName } from './short-name.ts'
import type { Steps } from './steps.ts'
import type { WaitsFor } from './waiting.ts'
import { cycleOf } from './waits-for-cycle.ts'
import { knotsOf } from './waits-for-cycles.ts'
import {
  byId,
  type GraphHold,
  type GraphLock,
  type GraphParty,
  type GraphWait,
  graphOf,
  keeps,
} from './waits-for-graph.ts'

/** More waits than these are left out of the answer, from the smallest trees. */
const MOST_WAITS = 2_000
const MOST_CYCLES = 100
const MOST_HEADS = 1_000
/** So much counting takes a few milliseconds. */
const MOST_STEPS = 50_000

/** The lock, if it matters here: somebody is known to wait for it. */
export const contendedOf = (table: LockTable, brief: Brief): Lock | undefined =>
  brief.waiters === null || brief.waiters === 0 || brief.confidence === 'candidate'
    ? undefined
    : table.get(brief.id)

/** Who waits for whom, over all locks and backends. */
export function* followWaits(locks: Iterable<Lock>): Steps<WaitsFor> {
  const graph = yield* graphOf(locks)
  const knots = yield* knotsOf(graph)
  const knotted = new Set(knots.flatMap(({ holds }) => holds.map(({ party }) => party)))
  const count = new Count()
  const heads = yield* headsOf(graph.parties.values(), knotted, count)
  const cycles = knots.sort((a, b) => b.holds.length - a.holds.length).slice(0, MOST_CYCLES)
  const inCycles = cycles.flatMap(({ holds }) => holds.map(({ party }) => party)).sort(byId)
  const shown = yield* firstWaits([...inCycles, ...heads.first])
  const shownHeads = heads.first.filter((party) => shown.parties.has(party))
  const parties: WaitsFor['parties'] = []
  for (const party of shown.parties) {
    parties.push(aboutParty(party, count))
    yield
  }
  return {
    parties,
    waits: shown.waits,
    locks: shown.locks,
    heads: shownHeads.map(({ id }) => id),
    cycles: cycles.map(cycleOf),
    looked: { contended: graph.contended, unheld: graph.unheld },
    leftOut: {
      waits: (yield* countWaits(graph.locks)) - shown.waits.length,
      heads: heads.total - shownHeads.length,
      cycles: knots.length - cycles.length,
    },
  }
}

/** Those that hold others up and are held up by nobody, the most downstream first. */
function* headsOf(parties: Iterable<GraphParty>, knotted: ReadonlySet<GraphParty>, count: Count) {
  let first: GraphParty[] = []
  let total = 0
  const byQueues = (a: GraphParty, b: GraphParty) => queued(b) - queued(a) || byId(a, b)
  for (const party of parties) {
    if (knotted.has(party) || !(yield* isHead(party))) continue
    total += 1
    first.push(party)
    if (first.length >= 4 * MOST_HEADS) first = first.sort(byQueues).slice(0, MOST_HEADS)
  }
  const weighed = first
    .sort(byQueues)
    .slice(0, MOST_HEADS)
    .map((party) => {
      return { party, behind: count.behind(party) ?? queued(party) }
    })
  weighed.sort((a, b) => b.behind - a.behind || byId(a.party, b.party))
  return { first: weighed.map(({ party }) => party), total }
}

function* isHead({ holds }: GraphParty): Steps<boolean> {
  for (const hold of holds) {
    yield
    if (blocks(hold) && !isKept(hold)) return true
  }
  return false
}

/** How many stand in its own queues. */
const queued = ({ holds }: GraphParty): number => holds.reduce((sum, { lock }) => sum + lock.waits.length, 0)

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
function* firstWaits(from: readonly GraphParty[]) {
  const waits: WaitsFor['waits'] = []
  const parties = new Set<GraphParty>()
  const locks = new Map<string, WaitsFor['locks'][number]>()
  const open = [...from]
  for (const party of open) {
    if (parties.has(party) || waits.length >= MOST_WAITS) continue
    parties.add(party)
    for (const hold of party.holds) {
      yield
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
  return { waits, parties, locks: [...locks.values()] }
}

const waitOf = (waiter: GraphParty, hold: GraphHold, since: number | null): WaitsFor['waits'][number] => ({
  waiter: waiter.id,
  holder: hold.party.id,
  lock: hold.lock.lock.id,
  since: iso(since),
  heldSince: iso(hold.since),
})

const aboutLock = (lock: Lock): WaitsFor['locks'][number] => ({
  ...{ id: lock.id, backend: lock.backend, name: shortName(lock), kind: lock.kind },
  waiters: lock.waiters.known ? lock.waiters.count : 0,
})

const aboutParty = (party: GraphParty, count: Count): WaitsFor['parties'][number] => ({
  id: party.id,
  label: party.label,
  identified: party.identified,
  holds: party.holds.length,
  waits: party.waits.length,
  downstream: count.behind(party),
})

function* countWaits(locks: readonly GraphLock[]): Steps<number> {
  let sum = 0
  for (const { holds, waits } of locks) {
    for (const hold of holds) sum += waits.filter(({ party }) => party !== hold.party).length
    yield
  }
  return sum
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
