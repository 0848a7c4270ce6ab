import type { Lock } from '../fleet/lock.ts'
import type { KeyId, SeenHolder, Sighting } from '../fleet/sighting.ts'
import type { VoterSays } from '../fleet/voter.ts'

/** So many times everything is read again before nodes are said to disagree. */
const ROUNDS = 2
const ROUND_MS = 40
/** But a voter that is stopped holds nobody up for longer than this. */
const PATIENCE_MS = 300
/** Nor does a lock that changes hands all the time hide for longer than this that its nodes disagree. */
const CHANGES_END_MS = 1_000
/** Votes that never were a majority are mostly an attempt on its way: only those that stay are told of. */
const ATTEMPT_LASTS_MS = 1_000
const ATTEMPT_ROUND_MS = 250
const ATTEMPTS_END_MS = 3_000

interface Doubt {
  round: number
  askedAt: number
  /** Since when nodes disagree, and since when they do it in this way. */
  since: number
  sameSince: number
  seen: string
}

/**
 * While a lock changes hands its nodes disagree for a moment, and are not read at one and the same time. A new disagreement
 * is only told when several readings in a row show the same.
 */
export class Doubts {
  readonly #open = new Map<KeyId, Doubt>()
  readonly #askAgain: (key: KeyId, afterMs: number) => void

  constructor(askAgain: (key: KeyId, afterMs: number) => void) {
    this.#askAgain = askAgain
  }

  isOpen(key: KeyId): boolean {
    return this.#open.has(key)
  }

  settle(key: KeyId): void {
    this.#open.delete(key)
  }

  /** Whether this reading may be believed. If not, the key is asked for again. */
  believes(key: KeyId, before: Lock | null, lock: Lock, voters: readonly VoterSays[]): boolean {
    if (agree(voters) || before?.seen === lock.seen) {
      this.#open.delete(key)
      return true
    }
    const now = Date.now()
    const known = this.#open.get(key)
    const doubt = known ?? { round: 0, askedAt: now, since: now, sameSince: now, seen: lock.seen }
    if (doubt.seen !== lock.seen) Object.assign(doubt, { round: 0, sameSince: now, seen: lock.seen })
    const isOnItsWay = isAttempt(lock) && (before === null || !isStanding(before))
    const isBelieved = isOnItsWay ? attemptLasts(doubt, now) : this.#roundsAreOver(doubt, voters, now)
    if (isBelieved) {
      this.#open.delete(key)
      return true
    }
    this.#open.set(key, doubt)
    this.#askAgain(key, isOnItsWay ? ATTEMPT_ROUND_MS : ROUND_MS)
    return false
  }

  #roundsAreOver(doubt: Doubt, voters: readonly VoterSays[], now: number): boolean {
    const isRoundOver = doubt.round === 0 || voters.every((voter) => wasReadAfter(voter, doubt.askedAt))
    if (isRoundOver && doubt.round === ROUNDS) return true
    if (now - doubt.sameSince > PATIENCE_MS || now - doubt.since > CHANGES_END_MS) return true
    if (isRoundOver) Object.assign(doubt, { round: doubt.round + 1, askedAt: now })
    return false
  }
}

/** Has somebody a majority, or had one? */
const isStanding = ({ holders }: Lock): boolean => holders.some((holder) => holder.since !== null)

const isAttempt = (lock: Lock): boolean =>
  (lock.state === 'partial' || lock.state === 'split') && !isStanding(lock)

/** One that stays, or so many one after the other that what was known before is no longer true. */
const attemptLasts = (doubt: Doubt, now: number): boolean =>
  now - doubt.sameSince >= ATTEMPT_LASTS_MS || now - doubt.since >= ATTEMPTS_END_MS

/** Do all that may vote and answer say the same? */
function agree(voters: readonly VoterSays[]): boolean {
  let said: string | null = null
  for (const voter of voters) {
    if (voter.says !== 'sighting' && voter.says !== 'empty') continue
    const says = voter.says === 'sighting' ? holdersIn(voter.sighting) : ''
    if (said !== null && says !== said) return false
    said = says
  }
  return true
}

function holdersIn({ holders }: Sighting): string {
  const [holder] = holders
  if (holders.length === 1 && holder) return nameOf(holder)
  return holders.map(nameOf).sort().join()
}

const nameOf = ({ slot, tokenDigest }: SeenHolder): string =>
  slot == null ? tokenDigest : `${slot}=${tokenDigest}`

function wasReadAfter(voter: VoterSays, at: number): boolean {
  if (voter.says === 'no-answer') return true
  return (voter.says === 'sighting' ? voter.sighting.readAt : voter.readAt) > at
}
