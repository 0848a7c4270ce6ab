import type { KeyId } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import { claimOf } from './dialects/index.ts'
import type { Reading } from './observe-reading.ts'
import { queueOf } from './queue.ts'
import { isOurs, ownQueueOf, queueOfGate } from './seen-gate.ts'
import type { Changed } from './watch-ranges.ts'

/** Places in a queue: leases, in hex or decimal, and times of who reads and writes. */
const PLACE = /^(?:[0-9a-f]{1,20}|(?:read|write)\/\d{19})$/
const LONGEST_PLACE = 25

/** The locks that a change may have changed. Keys that are no locks, and were none, are nobody's business. */
export function locksOf(reading: Reading, { key, entry }: Changed): KeyId[] {
  const own = queueOfGate(key) ?? ownQueueOf(key)
  if (own) return [toKeyId(own)]
  if (isOurs(key)) return []
  const ids: KeyId[] = []
  const prefix = queueOf(key)
  const last = key.subarray(prefix?.length ?? 0)
  if (prefix && PLACE.test(last.toString('latin1', 0, LONGEST_PLACE + 1))) {
    const isClaim = entry !== null && claimOf(entry, last) !== null
    // Gone, or written again: it may have been one before.
    if (isClaim || !entry || entry.createRevision !== entry.modRevision) ids.push(toKeyId(prefix))
    if (isClaim) return ids
  }
  const isLock = entry !== null && reading.ofKey(entry, reading.telling(Date.now())) !== null
  if (isLock || reading.mayHaveBeenAlone(key)) ids.push(toKeyId(key))
  return ids
}
