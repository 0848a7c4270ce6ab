import type { CandidateId } from './candidates.ts'
import type { Place } from './contender.ts'

/** What the processes that contend for one lock are told. Times are of the machine's clock. */
export type Order =
  | { kind: 'open'; ids: readonly CandidateId[]; place: Place }
  | { kind: 'turn'; id: CandidateId; turn: Turn }

export interface Turn {
  lock: string
  /** In each of the processes. */
  clients: number
  startsAt: number
  endsAt: number
  holdMs: number
  thinkMs: number
}

/** One client's turn: when each hold was asked for, granted and given back. */
export interface ClientRecord {
  holds: [askedAt: number, grantedAt: number, releasedAt: number][]
  /** Since when it asked in vain, if it did at the end. */
  waitingSince: number | null
  /** How often the library gave up or failed. */
  failures: number
}
