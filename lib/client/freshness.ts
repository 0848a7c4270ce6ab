import type { Pulse } from './live-stream.ts'

/** Frames come every second at least; beyond this something is wrong. */
export const STALE_MS = 5_000

export type Freshness =
  | { is: 'connecting' }
  | { is: 'live'; ageMs: number }
  /** Null when nothing was ever heard. */
  | { is: 'stale'; ageMs: number | null }

export function freshnessOf(pulse: Pulse, now: number): Freshness {
  if (pulse.lastFrameAt === null) {
    return now - pulse.openedAt < STALE_MS ? { is: 'connecting' } : { is: 'stale', ageMs: null }
  }
  const ageMs = Math.max(0, now - pulse.lastFrameAt)
  return ageMs < STALE_MS && !pulse.ended ? { is: 'live', ageMs } : { is: 'stale', ageMs }
}
