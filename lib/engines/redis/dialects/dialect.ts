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

/** A key as it was read, whatever it is. `none` = not there, though a key that belongs to it may be. */
export type Raw = Common &
  (
    | { type: 'string'; head: Buffer }
    | { type: 'hash'; fields: readonly (readonly [Buffer, Buffer])[] }
    | { type: 'zset'; members: readonly (readonly [Buffer, number])[] }
    | { type: 'list' | 'set'; items: readonly Buffer[] }
    | { type: 'stream' | 'other' | 'none' }
  )

/** What else has to be known before a key can be told. Who listens to a channel is not: it is less than who waits. */
export interface Beside {
  keys: readonly Buffer[]
}

/** Everything that was read for one lock, at one time. */
export interface Seen {
  raw: Raw
  /** By key as latin1; null = not there. */
  beside: ReadonlyMap<string, Raw | null>
  /** The node's clock, epoch ms, and ours. */
  nodeNow: number
  readAt: number
  /** The operator pinned this name to this dialect. */
  pinned: string | null
  digest: Digest
}

/** What a dialect looks at: texts are latin1, so that they are the bytes. */
export interface Look extends Seen {
  /** The key. */
  name: string
  /** What was read of a string's value; empty for everything else. */
  text: string
}

/** How one library writes its locks: one file, one fixture test, one line in `index.ts`. */
export interface Dialect {
  readonly id: string
  /** What the lock's own key may be. */
  readonly types: readonly Raw['type'][]
  /** How long a string's value is, where it is always the same: others are not asked about. */
  readonly lengths?: readonly number[]
  /** Beginnings and ends that give its keys away. Others are found by a word like "lock" in their name. */
  readonly prefixes?: readonly string[]
  readonly suffixes?: readonly string[]
  /** For a key with such a beginning or end: the lock's key that it is or belongs to; null = neither. */
  lockOf?(name: string): string | null
  /** Beginnings of keys that it keeps beside its locks and that tell nothing of them. */
  readonly never?: readonly string[]
  /** Keys to read together with what may be a lock of its own; nothing without it. */
  beside?(raw: Raw, name: string): readonly string[] | null
  /** Null when it is none of its own. */
  read(look: Look): Sighting | null
}
