import type { Sighting } from './sighting.ts'

/** The latest word of one voter about one key. Times are epoch ms by the console's clock. */
export type VoterSays =
  | { node: string; says: 'sighting'; sighting: Sighting; latencyMs: number | null }
  | { node: string; says: 'empty'; readAt: number; latencyMs: number | null }
  | { node: string; says: 'quarantined'; readAt: number; remainingMs: number; latencyMs: number | null }
  /** Silent since `since`; null when it was never heard. `readAt` is its last word about anything. */
  | { node: string; says: 'no-answer'; since: number | null; readAt: number | null }
