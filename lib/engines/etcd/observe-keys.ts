import type { SeenHolder, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { KeyHolder, KeyLock } from './dialects/dialect.ts'
import { type Entry, isLeased } from './dialects/entry.ts'
import { keyLockOf, NONE } from './dialects/index.ts'
import { type Pinned, sharedLease, type Telling } from './queue.ts'

const SLASH = '/'.charCodeAt(0)

/** What one key on its own is the lock of; null when it is none. A lock whose name ends with a slash would be a queue. */
export function sightingOfKey(entry: Entry, pinned: Pinned, telling: Telling): Sighting | null {
  if (entry.key.at(-1) === SLASH) return null
  const pin = pinned(entry.key)
  const found = pin === NONE ? null : keyLockOf(entry, pin, telling.readAt)
  if (!found) return null
  const { dialect, lock } = found
  return {
    key: toKeyId(entry.key),
    nameBytes: (lock.name ?? entry.key).toString('base64'),
    dialect,
    confidence: lock.confidence,
    kind: lock.kind,
    permits: lock.permits ?? null,
    gate: null,
    holders: lock.holders.map((holder) => holderOf(holder, entry, lock, telling)),
    waiters: { known: false },
    readAt: telling.readAt,
  }
}

function holderOf(holder: KeyHolder, entry: Entry, lock: KeyLock, telling: Telling): SeenHolder {
  const left = telling.left(entry.lease)
  return {
    tokenDigest: telling.digest(holder.token),
    label: holder.label,
    identity: holder.identity,
    since: holder.since,
    sinceIs: holder.since === null ? 'unknown' : 'exact',
    fence: lock.permits === undefined ? entry.createRevision : null,
    remainingMs: left.remainingMs,
    remainingIs: isLeased(entry) ? left.remainingIs : 'none',
    ttlMs: left.ttlMs,
    ...sharedLease(telling.others(entry.lease)),
  }
}
