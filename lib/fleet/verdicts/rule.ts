import type { Lock } from '../lock.ts'
import type { Verdict, VerdictId } from '../verdict.ts'
import type { Deadlock } from '../waits-for-deadlocks.ts'

/** How long a lock is usually held, by its own history. */
export interface Usual {
  readonly holdP99Ms: number
  /** Of so many holds. */
  readonly count: number
}

/** What a lock does not tell of itself. Each is asked only when it could matter, and what is left out is not known. */
export interface Context {
  usualOf?(lock: Lock): Usual | null
  deadlockOf?(id: string): Deadlock | null
}

/** One finding about a lock, decided by the lock, the time and what is handed in alone. */
export interface Rule {
  readonly id: VerdictId
  judge(lock: Lock, now: number, context: Context): Omit<Verdict, 'id'> | null
  /** When time alone may change the outcome next, epoch ms; null when only a new reading can. */
  nextAt?(lock: Lock, now: number, context: Context): number | null
}
