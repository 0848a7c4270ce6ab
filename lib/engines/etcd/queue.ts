import type { RemainingIs } from '../../fleet/lock.ts'
import type { SeenHolder, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { Digest } from '../roles.ts'
import type { QueueDialect } from './dialects/dialect.ts'
import type { Claim, Entry } from './dialects/entry.ts'
import { claimOf, NONE } from './dialects/index.ts'
import { lockkeeper, ownName } from './dialects/lockkeeper.ts'
import { type QueueGate, readGate } from './seen-gate.ts'

const SLASH = '/'.charCodeAt(0)
/** So many waiters are told by name. */
const LONGEST_LIST = 200

/** In ns since 1970, as the places of those who read and write end. */
const LONG_TIME = 19
const SHARED = ['read/', 'write/'].map((text) => Buffer.from(`/${text}`))

/** Everything up to the last slash: the queue that a key stands in. Null without one. Who reads and who writes wait in one. */
export function queueOf(key: Buffer): Buffer | null {
  const cut = key.lastIndexOf(SLASH)
  if (cut < 0) return null
  const prefix = key.subarray(0, cut + 1)
  if (key.length - prefix.length !== LONG_TIME) return prefix
  const shared = SHARED.find((end) => prefix.length > end.length && prefix.subarray(-end.length).equals(end))
  return shared ? prefix.subarray(0, 1 - shared.length) : prefix
}

export interface Queue {
  prefix: Buffer
  name: Buffer
  dialect: QueueDialect
  /** In the order of the queue; the first one holds, unless the gate was closed before it came. */
  claims: readonly Claim[]
  gate: QueueGate | null
}

/** What the operator pinned a name to. */
export type Pinned = (name: Buffer) => string | null
const UNPINNED: Pinned = () => null

/** The keys directly under one prefix as a queue; null when no dialect knows it, or it was pinned to another or to none. */
export function readQueue(
  prefix: Buffer,
  entries: readonly Entry[],
  gates: readonly Entry[] = [],
  pinned: Pinned = UNPINNED,
): Queue | null {
  const ours = ownName(prefix)
  return ours ? readOwn(prefix, ours, entries, gates) : readForeign(prefix, entries, pinned)
}

const lastPart = ({ key }: Entry, prefix: Buffer): Buffer => key.subarray(prefix.length)

function readOwn(
  prefix: Buffer,
  name: Buffer,
  entries: readonly Entry[],
  gates: readonly Entry[],
): Queue | null {
  const claims = entries.flatMap((entry) => lockkeeper.claim(entry, lastPart(entry, prefix)) ?? [])
  const gate = readGate(gates)
  if (claims.length === 0 && !gate) return null
  return { prefix, name, dialect: lockkeeper, claims: claims.sort(byCreation), gate }
}

function readForeign(prefix: Buffer, entries: readonly Entry[], pinned: Pinned): Queue | null {
  const found = entries
    .flatMap((entry) => claimOf(entry, lastPart(entry, prefix)) ?? [])
    .sort((a, b) => byCreation(a.claim, b.claim))
  const name = prefix.subarray(0, -1)
  const [first] = found
  const pin = pinned(name)
  if (!first || (pin !== null && (pin === NONE || pin !== first.dialect.id))) return null
  const { dialect } = first
  const claims = found.flatMap((each) => (each.dialect === dialect ? [each.claim] : []))
  return { prefix, name, dialect, claims, gate: null }
}

const byCreation = (a: Claim, b: Claim): number =>
  compare(a.entry.createRevision, b.entry.createRevision) || a.entry.key.compare(b.entry.key)

/** Decimal strings by their value. */
const compare = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

export interface Left {
  remainingMs: number | null
  remainingIs: RemainingIs
  ttlMs: number | null
}

/** What a lease has left is not in the store: it is asked apart, or not known. */
export const NOT_ASKED: Left = { remainingMs: null, remainingIs: 'unknown', ttlMs: null }

/** What has to be known besides to tell of a lock. */
export interface Telling {
  digest: Digest
  readAt: number
  left(lease: string): Left
  /** How many other keys hang on a lease. */
  others(lease: string): number
}

/** How many of the queue hold, unless a gate keeps them out. */
export const holdingOf = ({ dialect, claims }: Pick<Queue, 'dialect' | 'claims'>): number =>
  dialect.holding?.(claims) ?? claims[0]?.permits ?? 1

export function sightingOf({ prefix, name, dialect, claims, gate }: Queue, telling: Telling): Sighting {
  const first = claims[0] ?? null
  const holders = claims
    .slice(0, holdingOf({ dialect, claims }))
    .filter(({ entry }) => !gate || Number(entry.createRevision) <= gate.holds)
  const waiters = claims.slice(holders.length)
  return {
    key: toKeyId(prefix),
    nameBytes: name.toString('base64'),
    dialect: dialect.id,
    confidence: 'certain',
    kind: dialect.kind(claims),
    permits: first && first.permits > 1 ? first.permits : null,
    gate: gate?.seen ?? null,
    holders: holders.map((claim) => holderOf(claim, dialect, telling)),
    waiters: {
      known: true,
      count: waiters.length,
      list: waiters.slice(0, LONGEST_LIST).map((claim) => ({
        tokenDigest: telling.digest(claim.token),
        label: claim.label,
        identity: claim.identity,
        since: claim.askedAt,
      })),
    },
    readAt: telling.readAt,
  }
}

function holderOf(claim: Claim, dialect: QueueDialect, { digest, left, others }: Telling): SeenHolder {
  const { lease, createRevision } = claim.entry
  const { remainingMs, remainingIs, ttlMs } = left(lease)
  return {
    tokenDigest: digest(claim.token),
    label: claim.label,
    identity: claim.identity,
    // The key tells since when it stands in the queue, not since when it is the first.
    since: null,
    sinceIs: 'unknown',
    fence: claim.permits > 1 ? null : createRevision,
    remainingMs,
    remainingIs,
    ttlMs: ttlMs ?? claim.ttlMs,
    // A process of ours keeps all of its locks on one lease, and each of them ends by itself.
    ...(dialect === lockkeeper ? {} : sharedLease(others(lease))),
  }
}

export const sharedLease = (others: number): { sharedLease?: number } =>
  others > 0 ? { sharedLease: others } : {}
