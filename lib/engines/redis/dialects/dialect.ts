import type { Sighting } from '../../../fleet/sighting.ts'
import type { Digest } from '../../roles.ts'
import type { Expiry } from '../expiry.ts'

/** So many bytes of a value, a field or a member are read, and so many of its entries. */
export const HEAD_BYTES = 512
export const HEAD_ENTRIES = 64

interface Common {
  key: Buffer
  /** As PTTL says it: ms, -1 = no end. */
  expiry: Expiry
  /** Of the whole: bytes of a string, entries of everything else. What was read of it may be less. */
  size: number
}

/** A key as it was read, whatever it is. */
export type Raw = Common &
  (
    | { type: 'string'; head: Buffer }
    | { type: 'hash'; fields: readonly (readonly [Buffer, Buffer])[] }
    | { type: 'zset'; members: readonly (readonly [Buffer, number])[] }
    | { type: 'list' | 'set'; items: readonly Buffer[] }
    | { type: 'stream' | 'other' }
  )

/** What else has to be known before a key can be told. */
export interface Beside {
  keys: readonly Buffer[]
  /** Channels whose subscribers are counted. */
  channels: readonly string[]
}

/** Everything that was read for one lock, at one time. */
export interface Seen {
  raw: Raw
  /** By key as latin1; null = not there. */
  beside: ReadonlyMap<string, Raw | null>
  subscribers: ReadonlyMap<string, number>
  /** The node's clock, epoch ms, and ours. */
  nodeNow: number
  readAt: number
  /** The operator pinned this name to this dialect. */
  pinned: string | null
  digest: Digest
}

/** How one library writes its locks: one file, one fixture test, one line in `index.ts`. */
export interface Dialect {
  readonly id: string
  /** What else to read of a lock that may be one of its own; nothing without it. */
  beside?(raw: Raw): Beside | null
  /** Null when it is none of its own. */
  read(seen: Seen): Sighting | null
}
