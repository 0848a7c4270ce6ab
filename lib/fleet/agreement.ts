import { isShared } from './places.ts'
import { isQuiet } from './quiet.ts'
import type { SeenHolder, Sighting } from './sighting.ts'
import type { VoterSays } from './voter.ts'

/**
 * What all voters say alike, as the first of them said it: they all answer, and tell of one holder and of nobody who waits.
 * Only times, fences and what goes with one token may differ. Null when it is anything else: there is more to be weighed.
 */
export function agreedOn(voters: readonly VoterSays[]): Sighting | null {
  const [first] = voters
  if (first?.says !== 'sighting') return null
  const { sighting } = first
  const holder = loneHolderOf(sighting)
  if (!holder) return null
  for (let at = 1; at < voters.length; at++) {
    const voter = voters[at]
    if (voter?.says !== 'sighting') return null
    const other = loneHolderOf(voter.sighting)
    if (other?.tokenDigest !== holder.tokenDigest || !areAlike(sighting, voter.sighting)) return null
  }
  return sighting
}

/** Of a lock that only one may hold, with nothing else to it. */
function loneHolderOf({ kind, gate, holders, waiters }: Sighting): SeenHolder | undefined {
  const isListed = waiters.known && waiters.list.length > 0
  return isQuiet(waiters) && !isListed && holders.length === 1 && !gate && !isShared(kind)
    ? holders[0]
    : undefined
}

/** Do they tell of the same lock in the same way, whoever holds it? */
export const areAlike = (one: Sighting, other: Sighting): boolean =>
  one.nameBytes === other.nameBytes &&
  one.dialect === other.dialect &&
  one.confidence === other.confidence &&
  one.kind === other.kind &&
  (one.permits ?? null) === (other.permits ?? null) &&
  one.waiters.known === other.waiters.known
