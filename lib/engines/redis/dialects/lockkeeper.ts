import type { SeenHolder, SeenWaiter, Sighting } from '../../../fleet/sighting.ts'
import { toKeyId } from '../../key-id.ts'
import { readOwnerRecord } from '../../owner-record.ts'
import type { Digest } from '../../roles.ts'
import { type Expiry, remainingOf } from '../expiry.ts'
import { TOKEN_LENGTH } from '../layout.ts'

export const LOCKKEEPER = 'lockkeeper'

/** What one node has under the keys of one lock of ours. */
export interface RawOwn {
  key: Buffer
  name: Buffer
  /** Null when the lock's key is not there. */
  value: Buffer | null
  expiry: Expiry
  /** In the order of the queue, as far as it was read. */
  waiters: { ticket: Buffer; record: Buffer | null }[]
  /** How many there are. */
  queued: number
  readAt: number
  /** Console time minus node time. */
  offsetMs: number
}

/** Null when nobody holds it and nobody waits. */
export function decodeOwn(raw: RawOwn, digest: Digest): Sighting | null {
  const holder = holderOf(raw, digest)
  const waiters = raw.waiters.flatMap((waiter) => waiterOf(waiter, raw, digest) ?? [])
  const others = waiters.filter((waiter) => waiter.tokenDigest !== holder?.tokenDigest)
  if (!holder && others.length === 0) return null
  return {
    key: toKeyId(raw.key),
    nameBytes: raw.name.toString('base64'),
    dialect: LOCKKEEPER,
    confidence: 'certain',
    kind: 'mutex',
    holders: holder ? [holder] : [],
    waiters: {
      known: true,
      count: others.length + Math.max(0, raw.queued - raw.waiters.length),
      list: others,
    },
    readAt: raw.readAt,
  }
}

export const ownToken = (value: Buffer): Buffer => value.subarray(0, TOKEN_LENGTH)

function holderOf(raw: RawOwn, digest: Digest): SeenHolder | null {
  // Whatever stands there keeps everybody out, also when it is too short to be of our making.
  if (!raw.value) return null
  const record = readOwnerRecord(raw.value.subarray(TOKEN_LENGTH))
  return {
    tokenDigest: digest(ownToken(raw.value)),
    label: record?.label ?? '?',
    identity: record?.identity ?? null,
    since: record?.since ? record.since + raw.offsetMs : null,
    sinceIs: record?.since ? 'exact' : 'unknown',
    fence: record?.fence ?? null,
    ...remainingOf(raw.expiry),
    ttlMs: record?.ttlMs ?? null,
  }
}

/** Null when it is dead: the node's own time has passed what it promised. */
function waiterOf(waiter: RawOwn['waiters'][number], raw: RawOwn, digest: Digest): SeenWaiter | null {
  const record = waiter.record && readOwnerRecord(waiter.record)
  if (!record) return null
  if (record.until !== null && record.until + raw.offsetMs < raw.readAt) return null
  return {
    tokenDigest: digest(waiter.ticket),
    label: record.label,
    identity: record.identity,
    since: record.since === null ? null : record.since + raw.offsetMs,
  }
}
