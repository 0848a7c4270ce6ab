import type { RemainingIs } from '../../fleet/lock.ts'

/** PTTL as Redis says it: -2 no such key, -1 no TTL. */
export type Expiry = number

/** Some three thousand years: who counts on from there gets dates with five digits in the year, or none. */
const LONGEST_MS = 1e14

export function remainingOf(expiry: Expiry): { remainingMs: number | null; remainingIs: RemainingIs } {
  if (expiry === -1) return { remainingMs: null, remainingIs: 'none' }
  if (expiry > LONGEST_MS) return { remainingMs: LONGEST_MS, remainingIs: 'at-least' }
  // Gone between two commands of one pipeline: it was there, and has nothing left.
  return { remainingMs: Math.max(0, expiry), remainingIs: 'exact' }
}
