import type { Vote } from './vote.ts'

/** Closed: programs may branch on it. */
export type LockErrorCode =
  /** Not granted within `waitMs`: somebody else has it, or comes first. */
  | 'timeout'
  /** The caller's signal aborted the waiting. */
  | 'aborted'
  /** It was held, and is not any more. */
  | 'lost'
  /** Of a hold's signal: an operator asks to let go. The hold is good until it is released. */
  | 'asked'
  /** Of a hold's signal: it is not renewed any more. The hold is good until its time ends. */
  | 'lapsing'
  /** Nobody is granted it until a given time. */
  | 'frozen'
  /** Too few nodes answered to know. */
  | 'no_quorum'
  /** Too many nodes lost their memory and do not vote yet. */
  | 'quarantined'
  /** Fewer replicas than asked for have acknowledged it. */
  | 'under_replicated'
  /** The only node gave no answer in time. */
  | 'backend_unavailable'
  /** This backend can't do it, however often it is asked. */
  | 'unsupported'
  /** What was asked for can't be. */
  | 'invalid'
  /** These locks were closed. */
  | 'closed'

interface Details {
  lock: string
  votes?: readonly Vote[]
  holder?: string | null
  hint?: string
  cause?: unknown
}

/** The one error of this library. Contention alone is only an error to `acquire`. */
export class LockError extends Error {
  override readonly name = 'LockError'
  readonly code: LockErrorCode
  readonly lock: string
  readonly votes: readonly Vote[]
  readonly holder: string | null
  /** What to do about it. */
  readonly hint: string | null

  constructor(code: LockErrorCode, message: string, details: Details) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.lock = details.lock
    this.votes = details.votes ?? []
    this.holder = details.holder ?? null
    this.hint = details.hint ?? null
  }
}
