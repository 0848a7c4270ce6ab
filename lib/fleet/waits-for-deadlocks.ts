import type { Lock } from './lock.ts'
import { shortName } from './short-name.ts'
import type { Steps } from './steps.ts'
import { byParty, inTurn, locksOf, sinceOf, victimOf } from './waits-for-cycle.ts'
import { type Knot, knotsOf } from './waits-for-cycles.ts'
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

/** By the ids of the locks that are waited for in a circle. */
export function* findDeadlocks(locks: Iterable<Lock>): Steps<ReadonlyMap<string, Deadlock>> {
  const found = new Map<string, Deadlock>()
  for (const knot of yield* knotsOf(yield* graphOf(locks))) {
    const deadlock = deadlockOf(knot)
    for (const { id } of locksOf(knot)) found.set(id, deadlock)
    yield
  }
  return found
}

function deadlockOf(knot: Knot): Deadlock {
  const { party, lock, because } = victimOf(knot)
  return {
    steps: stepsOf(knot),
    since: sinceOf(knot),
    victim: { label: party.label, lock: shortName(lock), lockId: lock.id, because },
  }
}

function stepsOf(knot: Knot): Deadlock['steps'] {
  const parties = inTurn(knot)
  const queues = byParty(knot.waits)
  return parties.flatMap((party, index) => {
    const next = parties[(index + 1) % parties.length]
    const own = queues.get(party) ?? []
    const wait = own.find(({ lock }) => lock.holds.some((hold) => hold.party === next)) ?? own[0]
    return wait ? [{ label: party.label, waitsFor: shortName(wait.lock.lock), lock: wait.lock.lock.id }] : []
  })
}
