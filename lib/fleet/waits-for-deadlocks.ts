import type { Lock } from './lock.ts'
import type { Cycle, WaitsFor } from './waiting.ts'
import { waitsFor } from './waits-for.ts'
import { knotsOf } from './waits-for-cycles.ts'
import { graphOf } from './waits-for-graph.ts'

/** What a rule about one lock needs to know of the circle that it is in. */
export interface Deadlock {
  /** In a circle: each waits for the lock of the next. */
  readonly steps: readonly { readonly label: string; readonly waitsFor: string; readonly lock: string }[]
  readonly since: number | null
  readonly victim: {
    readonly label: string
    readonly lock: string
    readonly lockId: string
    readonly because: string
  }
}

/** As `deadlocksOf`, from the locks alone: without counting who is behind whom, which takes much longer. */
export function deadlocksIn(locks: Iterable<Lock>): ReadonlyMap<string, Deadlock> {
  const parties = knotsOf(graphOf(locks)).flatMap(({ holds }) => holds.map(({ party }) => party))
  if (parties.length === 0) return NONE
  return deadlocksOf(waitsFor(new Set(parties.flatMap(({ holds }) => holds.map(({ lock }) => lock.lock)))))
}

const NONE: ReadonlyMap<string, Deadlock> = new Map()

/** By the ids of the locks that are waited for in a circle. */
export function deadlocksOf(seen: WaitsFor): ReadonlyMap<string, Deadlock> {
  const found = new Map<string, Deadlock>()
  if (seen.cycles.length === 0) return found
  const labels = new Map(seen.parties.map(({ id, label }) => [id, label]))
  const names = new Map(seen.locks.map(({ id, name }) => [id, name]))
  for (const cycle of seen.cycles) {
    const deadlock: Deadlock = {
      steps: stepsOf(cycle, seen, labels, names),
      since: cycle.since === null ? null : Date.parse(cycle.since),
      victim: {
        label: labels.get(cycle.victim.party) ?? '?',
        lock: names.get(cycle.victim.lock) ?? '?',
        lockId: cycle.victim.lock,
        because: cycle.victim.because,
      },
    }
    for (const lock of cycle.locks) found.set(lock, deadlock)
  }
  return found
}

function stepsOf(
  { parties, locks }: Cycle,
  { waits }: WaitsFor,
  labels: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): Deadlock['steps'] {
  const inside = new Set(locks)
  return parties.flatMap((party, index) => {
    const next = parties[(index + 1) % parties.length]
    const own = waits.filter(({ waiter, lock }) => waiter === party && inside.has(lock))
    const wait = own.find(({ holder }) => holder === next) ?? own[0]
    return wait
      ? [{ label: labels.get(party) ?? '?', waitsFor: names.get(wait.lock) ?? '?', lock: wait.lock }]
      : []
  })
}
