import type { Raw } from './dialects/dialect.ts'

/** Undefined is what may not be read, or is not here: nothing is known of it. */
export type RawAnswer = Raw | null | undefined

export interface RawPage {
  /** In the order of the keys. */
  answers: RawAnswer[]
  /** The node's clock, epoch ms, and ours. */
  nodeNow: number
  readAt: number
}

/**
 * Of what names speak for everything is read. Of others only what ends by itself and is as small as locks are: strings of so
 * many bytes, hashes and sorted sets of so many entries.
 */
export type Wanted = 'all' | 'lock-sized'
