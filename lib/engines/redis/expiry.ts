import type { RemainingIs } from '../../fleet/lock.ts'

/** PTTL as Redis says it: -2 no such key, -1 no TTL. */
export type Expiry = number

export function remainingOf(expiry: Expiry): { remainingMs: number | null; remainingIs: RemainingIs } {
  if (expiry === -1) return { remainingMs: null, remainingIs: 'none' }
  // Gone between two commands of one pipeline: it was there, and has nothing left.
  return { remainingMs: Math.max(0, expiry), remainingIs: 'exact' }
}
