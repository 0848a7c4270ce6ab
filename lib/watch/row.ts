import { type Brief, endsAt, sinceOf } from '../fleet/brief.ts'
import type { Confidence, Lock, LockKind, Vote } from '../fleet/lock.ts'
import type { LockState } from '../fleet/states.ts'
import type { Severity, VerdictId } from '../fleet/verdict.ts'
import { type Kind, labelOf, type Who } from './kinds.ts'
import type { RawKey } from './lock-ids.ts'
import { PackedVotes } from './packed-votes.ts'
import {
  DUE_AT,
  HELD_SINCE,
  NONE,
  NOTED_AT,
  OBSERVED_AT,
  QUESTION,
  REMAINING_MS,
  RENEWALS,
  RENEWED_AT,
  type Shelf,
  type Shelved,
  TTL_MS,
} from './shelves.ts'

/**
 * What is kept of one lock: a tenth of it as a `Lock`, since there may be very many. Whatever does not fit into it
 * (several holders, waiters, gates, odd names) is kept beside it in `more`.
 */
export class Row implements Brief, Shelved<Row> {
  readonly shelf: Shelf<Row>
  readonly at: number
  readonly key: RawKey
  name = ''
  type: Kind
  who: Who = ''
  /** Digest of the holder's token; null when nobody holds it. */
  token: string | null = null
  /** The highest that was ever seen here: the holder's, unless the whole lock is beside it. */
  highestFence: string | null = null
  /** The whole lock, or its votes where there are several. */
  more: Lock | readonly Vote[] | PackedVotes | null = null

  constructor(key: RawKey, type: Kind, shelf: Shelf<Row>, at: number) {
    this.key = key
    this.type = type
    this.shelf = shelf
    this.at = at
    this.renewals = 0
    this.question = 0
  }

  /** Times are epoch ms. */
  get observedAt(): number {
    return this.shelf.times[OBSERVED_AT + this.at] as number
  }

  set observedAt(value: number) {
    this.shelf.times[OBSERVED_AT + this.at] = value
  }

  get heldSince(): number {
    return this.shelf.times[HELD_SINCE + this.at] as number
  }

  set heldSince(value: number) {
    this.shelf.times[HELD_SINCE + this.at] = value
  }

  get renewedAt(): number {
    return this.shelf.times[RENEWED_AT + this.at] as number
  }

  set renewedAt(value: number) {
    this.shelf.times[RENEWED_AT + this.at] = value
  }

  get renewals(): number {
    return this.shelf.counts[RENEWALS + this.at] as number
  }

  set renewals(value: number) {
    this.shelf.counts[RENEWALS + this.at] = value
  }

  get remainingMs(): number {
    return this.shelf.counts[REMAINING_MS + this.at] as number
  }

  set remainingMs(value: number) {
    this.shelf.counts[REMAINING_MS + this.at] = value
  }

  get ttlMs(): number {
    return this.shelf.counts[TTL_MS + this.at] as number
  }

  set ttlMs(value: number) {
    this.shelf.counts[TTL_MS + this.at] = value
  }

  /** Of the reading that it is from. */
  get question(): number {
    return this.shelf.times[QUESTION + this.at] as number
  }

  set question(value: number) {
    this.shelf.times[QUESTION + this.at] = value
  }

  /** When time alone makes it look different, and for when that is noted. */
  get dueAt(): number {
    return this.shelf.times[DUE_AT + this.at] as number
  }

  set dueAt(value: number) {
    this.shelf.times[DUE_AT + this.at] = value
  }

  get notedAt(): number {
    return this.shelf.times[NOTED_AT + this.at] as number
  }

  set notedAt(value: number) {
    this.shelf.times[NOTED_AT + this.at] = value
  }

  /** Nobody renews what is free: its time stands in the same field. */
  get freeSince(): number | null {
    return this.state !== 'free' || this.renewedAt === NONE ? null : this.renewedAt
  }

  set freeSince(at: number | null) {
    this.renewedAt = at ?? NONE
  }

  get whole(): Lock | null {
    const { more } = this
    return more === null || more instanceof PackedVotes || isVotes(more) ? null : more
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
    return this.heldSince === NONE ? null : this.heldSince
  }

  get endsAt(): number | null {
    if (this.whole) return endsAt(this.whole)
    if (this.token === null) return null
    if (this.type.remainingIs === 'none') return Number.POSITIVE_INFINITY
    return this.remainingMs === NONE ? null : this.observedAt + this.remainingMs
  }

  get ttl(): number | null {
    if (this.whole) return this.whole.holders[0]?.ttlMs ?? null
    return this.ttlMs === NONE ? null : this.ttlMs
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
