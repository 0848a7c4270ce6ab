import type { Confidence, Identity, LockKind, RemainingIs, SinceIs } from './lock.ts'

/** A store's key as base64url of its bytes: what identifies a lock within a backend. */
export type KeyId = string

/** What one node says about one lock, decoded by a dialect. Times are epoch ms by the console's clock. */
export interface Sighting {
  key: KeyId
  /** The lock's name as bytes, base64: what the library's user called it. */
  nameBytes: string
  dialect: string
  confidence: Confidence
  kind: LockKind
  /** How many may hold a semaphore at once. */
  permits?: number | null
  gate?: SeenGate | null
  holders: SeenHolder[]
  /** In grant order. The list may be cut off, the count is not. */
  waiters: { known: true; count: number; list: SeenWaiter[]; dead?: number } | { known: false }
  /** When the console read this, epoch ms. */
  readAt: number
}

/** Until when nobody is granted, epoch ms, and what was said about it. */
export interface SeenGate {
  freeze: { until: number; by: string | null; message: string | null } | null
  holdBack: { until: number } | null
}

export interface SeenHolder {
  /** HMAC of the token with the console's own key. The token itself never leaves the engine. */
  tokenDigest: string
  /** Which permit of a quorum's semaphore, from 0. */
  slot?: number | null
  label: string
  identity: Identity | null
  since: number | null
  sinceIs: SinceIs
  fence: string | null
  /** Remaining at `readAt`. */
  remainingMs: number | null
  remainingIs: RemainingIs
  /** The TTL the hold was granted or last renewed with, where the format tells. */
  ttlMs: number | null
  /** How many other keys end together with this hold, since they hang on the same lease. */
  sharedLease?: number
}

export interface SeenWaiter {
  tokenDigest: string
  label: string
  identity: Identity | null
  since: number | null
}

/** What one node says about itself; null is what it may not or cannot tell. */
export interface NodeFacts {
  role: string | null
  version: string | null
  /** Changes when the process is another one. */
  runId: string | null
  uptimeMs: number | null
  latencyMs: number
  clockOffsetMs: number | null
  quarantinedMs: number | null
  replication: string | null
  term: string | null
  /** Tells copies of one data set apart from independent ones. */
  replicationId?: string | null
  /** How far a replica is behind, or the farthest of a primary's. */
  lagBytes?: number | null
  memory?: { usedBytes: number; maxBytes: number | null; policy: string | null } | null
  persistence?: { snapshots: boolean | null; appendOnly: boolean | null; failing: boolean } | null
  /** One of the shares of a Redis Cluster. */
  clustered?: boolean | null
  /** Whoever reaches it may do everything: it asks for no password. */
  open?: boolean | null
  raft?: RaftFacts | null
  /** Commands or rights that were refused, so that less is known. */
  lacks?: readonly string[]
}

/** What a member of an etcd cluster says of itself and of the others. */
export interface RaftFacts {
  leader: string | null
  isLeader: boolean
  isLearner: boolean
  index: string
  dbBytes: number
  quotaBytes: number | null
  alarms: readonly string[]
  members: number
}
