import { areAlike } from '../fleet/agreement.ts'
import { isQuiet } from '../fleet/quiet.ts'
import type { SeenHolder, Sighting } from '../fleet/sighting.ts'
import { isSameLeft } from './same-lock.ts'

/** What a voter was last heard to say about a key. */
export interface Word {
  sighting: Sighting | null
  readAt: number
  /** Which question it answers: it tells of no earlier time than that of asking, whenever the answer came. */
  question: number
}

/** Which number of a voter stands where; what is null is NaN. */
const READ_AT = 0
const REMAINING_MS = 1
const SINCE = 2
const QUESTION = 3
const WIDTH = 4

/**
 * What the voters say about one key. There are many keys, and nearly always all voters say the same but for their times: then
 * the sighting of one of them stands for all, and of each only its own numbers are kept.
 */
export class Told {
  /** By voter: null is nothing there, undefined is nothing said. */
  readonly #said: (Sighting | null | undefined)[]
  readonly #numbers: number[]

  /** Lists that are made to measure: one that has grown has room for more. */
  constructor(voters: number) {
    this.#said = new Array(voters).fill(undefined)
    this.#numbers = new Array(voters * WIDTH).fill(Number.NaN)
  }

  get isNothing(): boolean {
    return this.#said.every((said) => said === undefined)
  }

  /** The one that its word answers; null when it said nothing. */
  question(voter: number): number | null {
    return this.#said[voter] === undefined ? null : this.#number(voter, QUESTION)
  }

  isHeld(voter: number, askedBefore: number): boolean {
    return this.#said[voter] != null && this.#number(voter, QUESTION) < askedBefore
  }

  isEmpty(voter: number, askedBefore = Number.POSITIVE_INFINITY): boolean {
    return this.#said[voter] === null && this.#number(voter, QUESTION) < askedBefore
  }

  set(voter: number, { sighting, readAt, question }: Word): void {
    const holder = sighting?.holders[0]
    this.#said[voter] = sighting && this.#alike(voter, sighting)
    const at = voter * WIDTH
    this.#numbers[at + READ_AT] = readAt
    this.#numbers[at + REMAINING_MS] = holder?.remainingMs ?? Number.NaN
    this.#numbers[at + SINCE] = holder?.since ?? Number.NaN
    this.#numbers[at + QUESTION] = question
  }

  drop(voter: number): void {
    this.#said[voter] = undefined
  }

  word(voter: number): Word | undefined {
    const said = this.#said[voter]
    if (said === undefined) return undefined
    const readAt = this.#number(voter, READ_AT)
    return {
      sighting: said && this.#own(voter, said, readAt),
      readAt,
      question: this.#number(voter, QUESTION),
    }
  }

  /** Does it say what it said before, with as much time left as was to be expected? */
  isSaidAgain(voter: number, newer: Sighting): boolean {
    const older = this.#said[voter]
    const [has] = newer.holders
    if (!older || !has || !isAlike(older, newer) || !isQuiet(newer.waiters)) return false
    const had = this.#number(voter, REMAINING_MS)
    const before = { remainingMs: Number.isNaN(had) ? -1 : had, observedAt: this.#number(voter, READ_AT) }
    return isSameLeft(before, has.remainingMs ?? -1, newer.readAt)
  }

  #number(voter: number, which: number): number {
    return this.#numbers[voter * WIDTH + which] ?? Number.NaN
  }

  /** What stands for it already, first of all what the voter itself said. */
  #alike(voter: number, sighting: Sighting): Sighting {
    const own = this.#said[voter]
    if (own && isAlike(own, sighting)) return own
    for (const said of this.#said) if (said && said !== own && isAlike(said, sighting)) return said
    return sighting
  }

  /** With the voter's own times. */
  #own(voter: number, said: Sighting, readAt: number): Sighting {
    const [holder, ...others] = said.holders
    if (!holder || others.length > 0 || said.gate) return said
    const remainingMs = orNull(this.#number(voter, REMAINING_MS))
    const since = orNull(this.#number(voter, SINCE))
    if (said.readAt === readAt && holder.remainingMs === remainingMs && holder.since === since) return said
    return atTimes(said, holder, { remainingMs, since, readAt })
  }
}

interface Times {
  remainingMs: number | null
  since: number | null
  readAt: number
}

/** Written out: what is spread is slow to make and to read, and this is made of every word that is looked at. */
function atTimes(said: Sighting, holder: SeenHolder, { remainingMs, since, readAt }: Times): Sighting {
  const own: SeenHolder = {
    tokenDigest: holder.tokenDigest,
    slot: holder.slot ?? null,
    label: holder.label,
    identity: holder.identity,
    since,
    sinceIs: holder.sinceIs,
    fence: holder.fence,
    remainingMs,
    remainingIs: holder.remainingIs,
    ttlMs: holder.ttlMs,
  }
  if (holder.sharedLease !== undefined) own.sharedLease = holder.sharedLease
  return {
    key: said.key,
    nameBytes: said.nameBytes,
    dialect: said.dialect,
    confidence: said.confidence,
    kind: said.kind,
    permits: said.permits ?? null,
    gate: null,
    holders: [own],
    waiters: said.waiters,
    readAt,
  }
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)

/** The same but for times, of what one alone holds. */
function isAlike(one: Sighting, other: Sighting): boolean {
  const [holder] = one.holders
  const [same] = other.holders
  return (
    holder !== undefined &&
    same !== undefined &&
    one.holders.length === 1 &&
    other.holders.length === 1 &&
    isSameHold(holder, same) &&
    areAlike(one, other) &&
    !one.gate &&
    !other.gate &&
    isQuiet(one.waiters) &&
    isQuiet(other.waiters)
  )
}

const isSameHold = (one: SeenHolder, other: SeenHolder): boolean =>
  one.tokenDigest === other.tokenDigest &&
  (one.slot ?? null) === (other.slot ?? null) &&
  one.label === other.label &&
  (one.since === null) === (other.since === null) &&
  one.sinceIs === other.sinceIs &&
  one.fence === other.fence &&
  one.ttlMs === other.ttlMs &&
  one.remainingIs === other.remainingIs &&
  one.sharedLease === other.sharedLease &&
  isSameIdentity(one.identity, other.identity)

const isSameIdentity = (one: SeenHolder['identity'], other: SeenHolder['identity']): boolean =>
  one === other || (one !== null && other !== null && JSON.stringify(one) === JSON.stringify(other))
