import type { Lock } from '../lock.ts'
import type { Verdict, VerdictId } from '../verdict.ts'

/** One finding about a lock, decided by the lock and the time alone. */
export interface Rule {
  readonly id: VerdictId
  judge(lock: Lock, now: number): Omit<Verdict, 'id'> | null
  /** When time alone may change the outcome next, epoch ms; null when only a new reading can. */
  nextAt?(lock: Lock, now: number): number | null
}
