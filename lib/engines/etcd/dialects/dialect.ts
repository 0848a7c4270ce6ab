import type { Confidence, Identity, LockKind } from '../../../fleet/lock.ts'
import type { Claim, Entry } from './entry.ts'

/** How a library keeps a queue: keys under one prefix, of which the first created holds. One file, one test, one line in `index.ts`. */
export interface QueueDialect {
  readonly id: string
  /** Null when the key is none of its own. `last` is the key's part behind its queue's prefix. */
  claim(entry: Entry, last: Buffer): Claim | null
  kind(claims: readonly Claim[]): LockKind
  /** How many of the queue hold; as many as have a permit where it is left out. */
  holding?(claims: readonly Claim[]): number
}

/** What one key on its own tells. Its waiters can't be seen. */
export interface KeyLock {
  /** What its user calls it; the whole key where it is left out. */
  name?: Buffer
  kind: LockKind
  confidence: Confidence
  permits?: number
  holders: readonly KeyHolder[]
}

export interface KeyHolder {
  /** Changes when somebody else has it. */
  token: string | Buffer
  label: string
  identity: Identity | null
  /** Since when it is held, where the format tells exactly. */
  since: number | null
}

/** How a library keeps a lock in one key. */
export interface KeyDialect {
  readonly id: string
  /** Most dialects never write a key without a lease, and it is not read for them. */
  readonly leaseless?: boolean
  read(entry: Entry, look: Look): KeyLock | null
}

export interface Look {
  /** The operator pinned this name to this dialect. */
  isPinned: boolean
  readAt: number
}
