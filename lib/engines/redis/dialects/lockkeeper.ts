import type { RemainingIs } from '../../../fleet/lock.ts'
import type { SeenGate, SeenHolder, SeenWaiter, Sighting } from '../../../fleet/sighting.ts'
import { toKeyId } from '../../key-id.ts'
import { type OwnerRecord, readGateRecord, readOwnerRecord } from '../../owner-record.ts'
import type { Digest } from '../../roles.ts'
import { type Expiry, remainingOf } from '../expiry.ts'
import { TOKEN_LENGTH } from '../layout.ts'

export const LOCKKEEPER = 'lockkeeper'

/** What one node has under the keys of one lock of ours. */
export interface RawOwn {
  key: Buffer
  name: Buffer
  /** Null when the lock's key is not there, or no string. */
  value: Buffer | null
  expiry: Expiry
  /** Null for what only one may hold. */
  shared: RawShared | null
  gate: { freeze: Buffer | null; holdBack: Buffer | null }
  /** In the order of the queue, as far as it was read. */
  waiters: { ticket: Buffer; record: Buffer | null }[]
  /** How many there are. */
  queued: number
  readAt: number
  /** Console time minus node time. */
  offsetMs: number
}

export interface RawShared {
  permits: number
  /** On a lone node. */
  holders: { token: Buffer; record: Buffer }[]
  /** On a voter: each like a mutex. */
  slots: { slot: number; value: Buffer; expiry: Expiry }[]
}

/*
 * There are 100,000 of these in one reading: objects are written out, since spreading one into another gives every object a
 * shape of its own.
 */

/** Null when nobody holds it, nobody waits and its gate is open. */
export function decodeOwn(raw: RawOwn, digest: Digest): Sighting | null {
  const holders = holdersOf(raw, digest)
  const queue = raw.waiters.length > 0 ? queueOf(raw, holders, digest) : NOBODY_WAITS
  const gate = gateOf(raw)
  if (holders.length === 0 && queue.first === null && !gate) return null
  const permits = permitsOf(raw, holders.length, queue.first?.permits ?? null)
  return {
    key: toKeyId(raw.key),
    nameBytes: raw.name.toString('base64'),
    dialect: LOCKKEEPER,
    confidence: 'certain',
    kind: permits === null ? 'mutex' : 'semaphore',
    permits,
    gate,
    holders,
    waiters: queue.waiters,
    readAt: raw.readAt,
  }
}

interface Queue {
  first: OwnerRecord | null
  waiters: Sighting['waiters']
}

const NOBODY_WAITS: Queue = { first: null, waiters: { known: true, count: 0, list: [] } }

/** Who holds does not wait. */
function queueOf(raw: RawOwn, holders: readonly SeenHolder[], digest: Digest): Queue {
  const told = raw.waiters.map((waiter) => waiterOf(waiter, raw, digest))
  const waiters = told.flatMap((waiter) => (waiter === 'dead' ? [] : (waiter ?? [])))
  const dead = told.filter((waiter) => waiter === 'dead').length
  const holding = new Set(holders.map(({ tokenDigest }) => tokenDigest))
  const others = waiters.filter(({ seen }) => !holding.has(seen.tokenDigest))
  return {
    first: others[0]?.record ?? null,
    waiters: {
      known: true,
      count: others.length + Math.max(0, raw.queued - raw.waiters.length),
      list: others.map(({ seen }) => seen),
      ...(dead > 0 ? { dead } : {}),
    },
  }
}

export const ownToken = (value: Buffer): Buffer => value.subarray(0, TOKEN_LENGTH)

/** Null where only one may hold. While nobody does, who is first in the queue says how many may. */
function permitsOf({ shared }: RawOwn, holders: number, asked: number | null): number | null {
  const permits = holders === 0 ? asked : shared ? shared.permits : null
  return permits !== null && permits > 1 ? permits : null
}

function holdersOf(raw: RawOwn, digest: Digest): SeenHolder[] {
  // Whatever stands there keeps everybody out, also when it is too short to be of our making.
  if (raw.value) return [holderOf(raw.value, raw.expiry, raw, digest)]
  if (!raw.shared) return []
  const { holders, slots } = raw.shared
  return [
    ...holders.flatMap(({ token, record }) => sharerOf(token, readOwnerRecord(record), raw, digest) ?? []),
    ...slots.map(({ slot, value, expiry }) => ({ ...holderOf(value, expiry, raw, digest), slot })),
  ]
}

function holderOf(value: Buffer, expiry: Expiry, raw: RawOwn, digest: Digest): SeenHolder {
  const record = readOwnerRecord(value.subarray(TOKEN_LENGTH))
  const { remainingMs, remainingIs } = remainingOf(expiry)
  return about(digest(ownToken(value)), record, raw, remainingMs, remainingIs)
}

/** One of several holders on a lone node; null when its time is over, by the node's own clock. */
function sharerOf(token: Buffer, record: OwnerRecord | null, raw: RawOwn, digest: Digest): SeenHolder | null {
  const remainingMs = record?.until == null ? 0 : Math.round(record.until + raw.offsetMs - raw.readAt)
  return remainingMs > 0 ? about(digest(token), record, raw, remainingMs, 'exact') : null
}

function about(
  tokenDigest: string,
  record: OwnerRecord | null,
  { offsetMs }: RawOwn,
  remainingMs: number | null,
  remainingIs: RemainingIs,
): SeenHolder {
  const since = record?.since ? record.since + offsetMs : null
  return {
    tokenDigest,
    label: record?.label ?? '?',
    identity: record?.identity ?? null,
    since,
    sinceIs: since === null ? 'unknown' : 'exact',
    fence: record?.fence ?? null,
    remainingMs,
    remainingIs,
    ttlMs: record?.ttlMs ?? null,
  }
}

/** Dead is whose promise the node's own time has come to. Null when nothing is known of it. */
function waiterOf(
  waiter: RawOwn['waiters'][number],
  raw: RawOwn,
  digest: Digest,
): { seen: SeenWaiter; record: OwnerRecord } | 'dead' | null {
  const record = waiter.record && readOwnerRecord(waiter.record)
  if (!record) return null
  if (record.until !== null && record.until + raw.offsetMs <= raw.readAt) return 'dead'
  const seen = {
    tokenDigest: digest(waiter.ticket),
    label: record.label,
    identity: record.identity,
    since: record.since === null ? null : record.since + raw.offsetMs,
  }
  return { seen, record }
}

/** Null when nothing keeps anybody from being granted. */
function gateOf({ gate, offsetMs, readAt }: RawOwn): SeenGate | null {
  if (gate.freeze === null && gate.holdBack === null) return null
  const lasting = (json: Buffer | null) => {
    const record = json && readGateRecord(json)
    return record && record.until + offsetMs > readAt ? { ...record, until: record.until + offsetMs } : null
  }
  const freeze = lasting(gate.freeze)
  const holdBack = lasting(gate.holdBack)
  return freeze || holdBack ? { freeze, holdBack: holdBack && { until: holdBack.until } } : null
}
