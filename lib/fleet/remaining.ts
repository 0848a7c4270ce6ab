import type { RemainingIs } from './lock.ts'

export interface Remaining {
  remainingMs: number | null
  remainingIs: RemainingIs
}

export const NOT_KNOWN: Remaining = { remainingMs: null, remainingIs: 'unknown' }

/** What is left of a reading when it has become `elapsedMs` older. */
export function aged(reading: Remaining, elapsedMs: number): Remaining {
  if (reading.remainingMs === null) return { remainingMs: null, remainingIs: reading.remainingIs }
  const left = reading.remainingMs - elapsedMs
  if (left > 0) return { remainingMs: left, remainingIs: reading.remainingIs }
  // A lower bound that has run out says nothing any more; an exact one says that it is over.
  return reading.remainingIs === 'at-least' ? NOT_KNOWN : { remainingMs: 0, remainingIs: reading.remainingIs }
}

/** How long at least `votes` of these readings still stand, all taken at one time. */
export function untilFewerThan(votes: number, readings: readonly Remaining[]): Remaining {
  // Put in by hand, the longest first: there are few of them, and very often.
  const sorted: Remaining[] = []
  for (const reading of readings) {
    let at = sorted.length
    for (let above = sorted[at - 1]; above && length(above) < length(reading); above = sorted[at - 1]) {
      sorted[at] = above
      at -= 1
    }
    sorted[at] = reading
  }
  return sorted[votes - 1] ?? NOT_KNOWN
}

const length = ({ remainingMs, remainingIs }: Remaining): number => {
  if (remainingIs === 'none') return Number.POSITIVE_INFINITY
  return remainingMs ?? Number.NEGATIVE_INFINITY
}

/** Lower bounds come in whole seconds, so that one reading may be a second off the next. */
const COARSE_MS = 1_000

/**
 * Has it grown against what was to be expected? Clocks and latencies make readings of several voters jump a little, so a
 * renewal must add at least a tenth of a second and a twentieth of the TTL.
 */
export function roseClearly(
  before: Remaining,
  elapsedMs: number,
  now: Remaining,
  ttlMs: number | null,
): boolean {
  if (before.remainingMs === null || now.remainingMs === null) return false
  const expected = Math.max(0, before.remainingMs - elapsedMs)
  const coarseMs = now.remainingIs === 'at-least' ? COARSE_MS : 0
  return now.remainingMs - expected > Math.max(100, (ttlMs ?? 0) / 20) + coarseMs
}
