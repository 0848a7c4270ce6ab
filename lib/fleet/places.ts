import type { Lock, LockKind } from './lock.ts'
import { type Standing, standing, tally } from './tally.ts'
import type { VoterSays } from './voter.ts'

/** What the voters say, and what was known, about one of those who may hold. */
export interface Place {
  voters: readonly VoterSays[]
  before: Lock | null
}

/** May several hold it at once? */
export const isShared = (kind: LockKind): boolean => kind === 'semaphore' || kind === 'read-write'

/**
 * A mutex has one place. A semaphore has one for each permit that is taken: told apart by slot on a quorum, where each is
 * voted on by itself, and by token on a lone node. Readers are told apart in the same way.
 */
export function placesOf(kind: LockKind, voters: readonly VoterSays[], before: Lock | null): Place[] {
  const whole = { voters, before }
  if (!isShared(kind)) return [whole]
  const seen = voters.flatMap((voter) => (voter.says === 'sighting' ? voter.sighting.holders : []))
  const keys = new Set([...seen, ...(before?.holders ?? [])].map(keyOf))
  if (keys.size === 0) return [whole]
  return [...keys].sort().map((key) => ({
    voters: voters.map((voter) => onlyPlace(voter, key)),
    before: before && { ...before, holders: before.holders.filter((holder) => keyOf(holder) === key) },
  }))
}

const keyOf = ({ slot, tokenDigest }: { slot?: number | null; tokenDigest: string }): string =>
  slot == null ? tokenDigest : `slot ${String(slot).padStart(6, '0')}`

function onlyPlace(voter: VoterSays, key: string): VoterSays {
  if (voter.says !== 'sighting') return voter
  const { sighting } = voter
  const holders = sighting.holders.filter((holder) => keyOf(holder) === key)
  return { ...voter, sighting: { ...sighting, holders } }
}

/** The gravest there is, unless somebody holds it for sure. */
const GRAVEST = ['held', 'unknown', 'split', 'partial', 'free'] as const

export function standingOf(places: readonly Place[]): Standing['state'] {
  const states = new Set(places.map(({ voters }) => standing(tally(voters)).state))
  return GRAVEST.find((state) => states.has(state)) ?? 'free'
}
