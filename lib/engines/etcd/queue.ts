import type { LockKind, RemainingIs } from '../../fleet/lock.ts'
import type { SeenHolder, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { Digest } from '../roles.ts'
import type { Claim, Entry } from './dialects/entry.ts'
import { claimOfLease, ETCD_QUEUE } from './dialects/etcd-queue.ts'
import { claimOfOurs, LOCKKEEPER, ownName } from './dialects/lockkeeper.ts'
import { type QueueGate, readGate } from './seen-gate.ts'

const SLASH = '/'.charCodeAt(0)

/** Everything up to the last slash: the queue that a key stands in. Null without one. */
export function queueOf(key: Buffer): Buffer | null {
  const cut = key.lastIndexOf(SLASH)
  return cut < 0 ? null : key.subarray(0, cut + 1)
}

export interface Queue {
  prefix: Buffer
  name: Buffer
  dialect: string
  /** In the order of the queue; the first one holds, unless the gate was closed before it came. */
  claims: readonly Claim[]
  gate: QueueGate | null
}

/** The keys directly under one prefix as a queue; null when no dialect knows it. */
export function readQueue(
  prefix: Buffer,
  entries: readonly Entry[],
  gates: readonly Entry[] = [],
): Queue | null {
  const ours = ownName(prefix)
  const claimOf = ours ? claimOfOurs : claimOfLease
  const claims = entries
    .flatMap((entry) => claimOf(entry, entry.key.subarray(prefix.length)) ?? [])
    .sort((a, b) => compare(a.entry.createRevision, b.entry.createRevision))
  const gate = readGate(gates)
  if (claims.length === 0 && !gate) return null
  return {
    prefix,
    name: ours ?? prefix.subarray(0, -1),
    dialect: ours ? LOCKKEEPER : ETCD_QUEUE,
    claims,
    gate,
  }
}

/** Decimal strings by their value. */
const compare = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

export interface Left {
  remainingMs: number | null
  remainingIs: RemainingIs
  ttlMs: number | null
}

/** What a lease has left is not in the store: it is asked apart, or not known. */
export const NOT_ASKED: Left = { remainingMs: null, remainingIs: 'unknown', ttlMs: null }

export function sightingOf(queue: Queue, left: Left, digest: Digest, readAt: number): Sighting {
  const { claims, gate } = queue
  const first = claims[0] ?? null
  const holders = claims
    .slice(0, first?.permits ?? 1)
    .filter(({ entry }) => !gate || Number(entry.createRevision) <= gate.holds)
  const waiters = claims.slice(holders.length)
  return {
    key: toKeyId(queue.prefix),
    nameBytes: queue.name.toString('base64'),
    dialect: queue.dialect,
    confidence: 'certain',
    kind: kindOf(queue, first),
    permits: first && first.permits > 1 ? first.permits : null,
    gate: gate?.seen ?? null,
    holders: holders.map((claim) =>
      holderOf(claim, claim.entry.lease === first?.entry.lease ? left : NOT_ASKED, digest),
    ),
    waiters: {
      known: true,
      count: waiters.length,
      list: waiters.map((claim) => ({
        tokenDigest: digest(claim.token),
        label: claim.label,
        identity: claim.identity,
        since: claim.askedAt,
      })),
    },
    readAt,
  }
}

function kindOf({ dialect }: Queue, first: Claim | null): LockKind {
  if (first && first.permits > 1) return 'semaphore'
  return first && first.entry.value.length > 0 && dialect === ETCD_QUEUE ? 'election' : 'mutex'
}

const holderOf = (claim: Claim, left: Left, digest: Digest): SeenHolder => ({
  tokenDigest: digest(claim.token),
  label: claim.label,
  identity: claim.identity,
  // The key tells since when it stands in the queue, not since when it is the first.
  since: null,
  sinceIs: 'unknown',
  fence: claim.permits > 1 ? null : claim.entry.createRevision,
  remainingMs: left.remainingMs,
  remainingIs: left.remainingIs,
  ttlMs: left.ttlMs ?? claim.ttlMs,
})
