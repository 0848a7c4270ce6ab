import { isHigher } from '../fleet/fences.ts'
import type { Holder, Lock, Vote } from '../fleet/lock.ts'
import { seenIn, type WhyNot, whyNotReleasable } from '../fleet/merge.ts'
import { isQuiet } from '../fleet/quiet.ts'
import type { KeyId } from '../fleet/sighting.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { type Crew, identityOf, labelOf } from './kinds.ts'
import { keyIdOf } from './lock-ids.ts'
import { PackedVotes, type VotePacker } from './packed-votes.ts'
import type { Row } from './row.ts'
import { GREATEST_COUNT, NONE } from './shelves.ts'

/** What a row leaves out since it is the same for all locks of the backend. */
export interface RowPlace {
  readonly crew: Crew
  readonly votes: VotePacker
  readonly voters: number
  /** What a voter without an answer says of this lock. */
  silence(key: KeyId): Extract<VoterSays, { says: 'no-answer' }>
  latencyMs(): number | null
  readonly refuses: WhyNot
}

const iso = (ms: number): string => new Date(ms).toISOString()
const keptTime = (at: string | null | undefined): number => (at == null ? NONE : Date.parse(at))
const kept = (value: number | null | undefined): number => (value != null && numberFits(value) ? value : NONE)
const timeFits = (at: string | null): boolean => at === null || Date.parse(at) !== NONE
const numberFits = (value: number | null): boolean =>
  value === null || (Number.isInteger(value) && value >= 0 && value <= GREATEST_COUNT)

/** Puts a lock into its row; `name` and `type` are set by whoever knows what others share. */
export function pack(row: Row, lock: Lock, place: RowPlace, wasFree: boolean): void {
  const [holder = null] = lock.holders
  row.observedAt = Date.parse(lock.observedAt)
  if (row.token !== (holder?.tokenDigest ?? null)) row.token = holder ? flat(holder.tokenDigest) : null
  if (!holder) row.who = ''
  else if (labelOf(row.who, row.token) !== holder.label || identityOf(row.who) !== holder.identity)
    row.who = place.crew.of(flat(holder.label), holder.identity, holder.tokenDigest)
  if (holder?.fence != null && (row.highestFence === null || isHigher(holder.fence, row.highestFence)))
    row.highestFence = holder.fence
  row.heldSince = keptTime(holder?.since)
  if (holder) row.renewedAt = keptTime(holder.lastRenewedAt)
  else if (!wasFree) row.renewedAt = NONE
  row.renewals = kept(holder?.renewals ?? 0)
  row.remainingMs = kept(holder?.remainingMs)
  row.ttlMs = kept(holder?.ttlMs)
  row.more = null
  if (!isPlain(lock, holder, row, place)) row.more = lock
  else if (place.voters > 1) row.more = place.votes.pack(lock.votes, holder) ?? lock.votes
}

/** A piece of a longer text keeps all of that: a copy does not. */
function flat(text: string): string {
  const copy = Buffer.from(text, 'latin1').toString('latin1')
  return copy === text ? copy : text
}

function isPlain(lock: Lock, holder: Holder | null, row: Row, place: RowPlace): boolean {
  return (
    lock.holders.length < 2 &&
    lock.permits === null &&
    lock.gate === null &&
    lock.fenceBefore == null &&
    hasPlainName(lock) &&
    isQuiet(lock.waiters) &&
    timeFits(lock.observedAt) &&
    (holder === null || isPlainHolder(holder, row)) &&
    (place.voters > 1 ? seenIn(lock.votes) === lock.seen : hasPlainVote(lock))
  )
}

const isPlainHolder = (holder: Holder, row: Row): boolean =>
  holder.slot === null &&
  !holder.sharedLease &&
  holder.fence === row.highestFence &&
  timeFits(holder.since) &&
  timeFits(holder.lastRenewedAt) &&
  numberFits(holder.renewals) &&
  numberFits(holder.remainingMs) &&
  numberFits(holder.ttlMs)

/** Is what a lone voter says told by the state? */
function hasPlainVote({ state, votes: [vote], holders: [holder] }: Lock): boolean {
  if (state === 'unknown') return vote?.vote === 'no-answer'
  if (vote?.vote === 'empty') return vote.ageMs === 0
  return vote?.vote === 'holder' && vote.ageMs === 0 && holder?.label === vote.label
}

const PLAIN_NAME = /^[\x20-\x5b\x5d-\x7e]*$/
const hasPlainName = ({ name, nameBytes }: Lock): boolean => PLAIN_NAME.test(name) && btoa(name) === nameBytes

/** The lock that was put into it. Its verdicts are left to whoever can judge. */
export function unpack(row: Row, place: RowPlace): Lock {
  const { whole, type } = row
  if (whole) return { ...whole }
  const votes = votesOf(row, place)
  const lock: Lock = {
    id: row.id,
    backend: row.backend,
    database: row.database,
    name: row.name,
    nameBytes: btoa(row.name),
    dialect: type.dialect,
    kind: type.kind,
    permits: null,
    confidence: type.confidence,
    state: type.state,
    gate: null,
    quorum: { needed: Math.floor(place.voters / 2) + 1, of: place.voters },
    holders: row.token === null ? [] : [holderOf(row, row.token)],
    waiters: type.waitersKnown ? { known: true, count: 0, list: [] } : { known: false },
    votes,
    verdicts: [],
    releaseBlocked: null,
    seen: seenIn(votes),
    observedAt: iso(row.observedAt),
  }
  lock.releaseBlocked = whyNotReleasable(lock, place.refuses)
  return lock
}

function votesOf(row: Row, place: RowPlace): Vote[] {
  const { more, token, who, type } = row
  if (more === null) return [loneVote(row, place)]
  if (more instanceof PackedVotes) return more.unpack(token ?? '', labelOf(who, token), type.remainingIs)
  return [...(more as readonly Vote[])]
}

function holderOf(row: Row, tokenDigest: string): Holder {
  const { who, type } = row
  return {
    label: labelOf(who, tokenDigest),
    identity: identityOf(who),
    tokenDigest,
    slot: null,
    since: timeOf(row.heldSince),
    sinceIs: type.sinceIs,
    fence: row.highestFence,
    ttlMs: numberOf(row.ttlMs),
    remainingMs: numberOf(row.remainingMs),
    remainingIs: type.remainingIs,
    renewals: row.renewals,
    lastRenewedAt: timeOf(row.renewedAt),
  }
}

const timeOf = (value: number): string | null => (value === NONE ? null : iso(value))
const numberOf = (value: number): number | null => (value === NONE ? null : value)

function loneVote(row: Row, place: RowPlace): Vote {
  const { node, since, readAt } = place.silence(keyIdOf(row.key))
  if (row.state === 'unknown') {
    const ageMs = readAt === null ? 0 : Math.max(0, row.observedAt - readAt)
    return { node, vote: 'no-answer', ageMs, latencyMs: null, since: since === null ? null : iso(since) }
  }
  const latencyMs = place.latencyMs()
  if (row.token === null) return { node, vote: 'empty', ageMs: 0, latencyMs }
  return {
    node,
    vote: 'holder',
    ageMs: 0,
    latencyMs,
    tokenDigest: row.token,
    label: labelOf(row.who, row.token),
    same: true,
    remainingMs: numberOf(row.remainingMs),
    remainingIs: row.type.remainingIs,
  }
}
