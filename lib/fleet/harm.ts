import type { Lock } from './lock.ts'
import { severityRank } from './verdicts/index.ts'
import { longestHeld } from './verdicts/words.ts'

export interface Harm {
  /** Waiters x how long, in ms; null when nobody can tell who waits. */
  blockedMs: number | null
  /** Of its worst verdict; 0 without one. */
  severity: number
  /** How long it has been held, by whoever holds it longest, or been unclear. */
  overdueMs: number
}

export function harm(lock: Lock, now: number): Harm {
  const since = longestHeld(lock.holders)?.since ?? lock.observedAt
  return {
    blockedMs: blockedMs(lock, now),
    severity: Math.max(0, ...lock.verdicts.map((verdict) => severityRank[verdict.severity])),
    overdueMs: Math.max(0, now - Date.parse(since)),
  }
}

/** Of those that were counted but not listed it is only known that they wait. */
function blockedMs({ waiters }: Lock, now: number): number | null {
  if (!waiters.known) return null
  const unlisted = Math.max(0, waiters.count - waiters.list.length)
  return waiters.list.reduce((sum, waiter) => sum + blockedFor(waiter.since, now), unlisted)
}

const blockedFor = (since: string | null, now: number): number =>
  since === null ? 1 : Math.max(1, now - Date.parse(since))

/**
 * The most harm first: those that block somebody by how much, then those that may block somebody (their waiters leave no
 * trace), then the rest; the latter two by severity and by how long they have been so.
 */
export function byHarm(now: number): (a: Lock, b: Lock) => number {
  const known = new Map<Lock, Harm>()
  const of = (lock: Lock): Harm => {
    const found = known.get(lock) ?? harm(lock, now)
    known.set(lock, found)
    return found
  }
  return (left, right) => {
    const a = of(left)
    const b = of(right)
    return (
      group(b) - group(a) ||
      (b.blockedMs ?? 0) - (a.blockedMs ?? 0) ||
      b.severity - a.severity ||
      b.overdueMs - a.overdueMs ||
      (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
    )
  }
}

const group = ({ blockedMs }: Harm): number => {
  if (blockedMs === null) return 1
  return blockedMs > 0 ? 2 : 0
}
