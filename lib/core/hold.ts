import type { Notice } from './node.ts'
import type { Vote } from './vote.ts'

/** A lock that is held. What it says is computed from the monotonic clock whenever it is asked. */
export interface Hold {
  readonly name: string
  readonly ttlMs: number
  /** How many may hold it at once; 1 for a mutex. */
  readonly permits: number
  /** Grows from hold to hold of this lock; null where several may hold at once. Hand it to whatever the lock protects. */
  readonly fence: string | null
  /**
   * Aborts with a LockError as its reason: `lost` when the hold is lost, `asked` or `lapsing` when an operator wants it
   * back and it is still good. Not when it is released.
   */
  readonly signal: AbortSignal
  /** What an operator said to the holder, if anything. */
  readonly notice: Notice | null
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
