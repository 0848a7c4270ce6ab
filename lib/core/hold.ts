import type { Vote } from './vote.ts'

/** A lock that is held. What it says is computed from the monotonic clock whenever it is asked. */
export interface Hold {
  readonly name: string
  readonly ttlMs: number
  /** Grows from hold to hold of this lock; null on a quorum. Hand it to whatever the lock protects. */
  readonly fence: string | null
  /** Aborts when the hold is lost, with a LockError `lost` as its reason. Not when it is released. */
  readonly signal: AbortSignal
  /** What each node said when it was asked for the lock, as far as it is known by now. */
  readonly votes: readonly Vote[]
  /** The same, when every node has answered or had its time. */
  readonly allVotes: Promise<readonly Vote[]>
  /** For how long it may still be relied on; 0 when it may not. */
  remainingMs(): number
  /** Throws a LockError `lost` unless it may be relied on now. */
  assertHeld(): void
  /** Asks for another full TTL. False when no majority said yes; then what remains, remains. */
  renew(): Promise<boolean>
  /** Gives it back on every node. Resolves when a majority has it in writing; silent nodes are told again later. */
  release(): Promise<void>
}
