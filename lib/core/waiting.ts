import type { Attempt } from './attempt.ts'
import { LockError } from './errors.ts'
import type { Hold } from './hold.ts'
import type { Means } from './means.ts'
import type { Wish } from './request.ts'
import { refusalError } from './trouble.ts'

/** What both ways of waiting share. */

/** A waiter that has not asked for this long is passed over. It asks at least three times as often. */
export const HEARTBEAT_MS = 3_000
/** Beyond the moment at which something should end by itself. */
export const GRACE_MS = 2

export type Failed = Exclude<Attempt, { outcome: 'granted' }>

export function failureOf({ name, waitMs }: Wish, failed: Failed): LockError {
  if (failed.outcome === 'trouble') return failed.error
  return refusalError(name, waitMs, failed.refused, failed.asked.ballots)
}

/** Whether waiting will not help. */
export function isFinal(failed: Failed): boolean {
  if (failed.outcome === 'trouble') return failed.error.code === 'unsupported'
  return failed.refused.why === 'permits' || failed.refused.why === 'replicas'
}

/** Throws when the caller has given up, or the locks were closed. */
export function throwIfOver({ name, signal }: Wish, { closing }: Means): void {
  if (closing.isOver) throw closing.reason
  if (!signal?.aborted) return
  throw new LockError('aborted', `Waiting for ${name} was given up.`, { lock: name, cause: signal.reason })
}

/** Until it has something. */
export async function endlessly<T>(once: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const result = await once()
    if (result !== null) return result
  }
}

/** A grant that came when nobody wants it any more is given back. */
export async function unlessOver(hold: Hold, wish: Wish, means: Means): Promise<Hold> {
  try {
    throwIfOver(wish, means)
    return hold
  } catch (error) {
    await hold.release()
    throw error
  }
}
