import { type Brief, endsAt, sinceOf } from '../fleet/brief.ts'
import type { Confidence, Lock, LockKind, Vote } from '../fleet/lock.ts'
import type { LockState } from '../fleet/states.ts'
import type { Severity, VerdictId } from '../fleet/verdict.ts'
import { type Kind, labelOf, type Who } from './kinds.ts'
import type { RawKey } from './lock-ids.ts'

/** Times are kept as ms since then: small numbers cost nothing beside the field that they are in. */
const ORIGIN = Date.now()
export const fromEpoch = (ms: number): number => ms - ORIGIN
export const toEpoch = (kept: number): number => kept + ORIGIN

/** For numbers that are null, and times that are never. */
export const NONE = -(2 ** 31)

/**
 * What is kept of one lock: a tenth of it as a `Lock`, since there may be very many. Whatever does not fit into it
 * (several holders, waiters, gates, odd names) is kept beside it in `more`.
 */
export class Row implements Brief {
  readonly key: RawKey
  name = ''
  type: Kind
  who: Who = ''
  /** Digest of the holder's token; null when nobody holds it. */
  token: string | null = null
  /** The highest that was ever seen here: the holder's, unless the whole lock is beside it. */
  highestFence: string | null = null
  observedAt = 0
  heldSince = NONE
  renewedAt = NONE
  renewals = 0
  remainingMs = NONE
  ttlMs = NONE
  /** Of the reading that it is from. */
  question = 0
  /** When time alone makes it look different, and for when that is noted. */
  dueAt = NONE
  notedAt = NONE
  /** The whole lock, or its votes where there are several. */
  more: Lock | readonly Vote[] | null = null

  constructor(key: RawKey, type: Kind) {
    this.key = key
    this.type = type
  }

  /** Nobody renews what is free: its time stands in the same field. */
  get freeSince(): number | null {
    return this.state !== 'free' || this.renewedAt === NONE ? null : this.renewedAt
  }

  set freeSince(at: number | null) {
    this.renewedAt = at ?? NONE
  }

  get whole(): Lock | null {
    return this.more === null || isVotes(this.more) ? null : this.more
  }

  get id(): string {
    return this.type.ids.idOf(this.key)
  }

  get backend(): string {
    return this.type.ids.backend
  }

  get database(): number | null {
    return this.type.ids.database
  }

  get dialect(): string {
    return this.type.dialect
  }

  get confidence(): Confidence {
    return this.type.confidence
  }

  get kind(): LockKind {
    return this.type.kind
  }

  get state(): LockState {
    return this.type.state
  }

  get holders(): readonly string[] {
    if (this.whole) return this.whole.holders.map(({ label }) => label)
    return this.token === null ? [] : [labelOf(this.who, this.token)]
  }

  get since(): number | null {
    if (this.whole) return sinceOf(this.whole)
    return this.heldSince === NONE ? null : toEpoch(this.heldSince)
  }

  get endsAt(): number | null {
    if (this.whole) return endsAt(this.whole)
    if (this.token === null) return null
    if (this.type.remainingIs === 'none') return Number.POSITIVE_INFINITY
    return this.remainingMs === NONE ? null : toEpoch(this.observedAt) + this.remainingMs
  }

  get waiters(): number | null {
    if (this.whole) return this.whole.waiters.known ? this.whole.waiters.count : null
    return this.type.waitersKnown ? 0 : null
  }

  get fence(): string | null {
    if (this.whole) return this.whole.holders[0]?.fence ?? null
    return this.token === null ? null : this.highestFence
  }

  get verdicts(): readonly VerdictId[] {
    return this.type.verdicts
  }

  get severity(): Severity | null {
    return this.type.severity
  }
}

const isVotes = (more: Lock | readonly Vote[]): more is readonly Vote[] => Array.isArray(more)
