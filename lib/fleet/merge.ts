import { agreedOn } from './agreement.ts'
import { fromBase64 } from './bytes.ts'
import { claimants } from './claimants.ts'
import { highestFenceOf, isHigher } from './fences.ts'
import { gateInForce } from './gate.ts'
import type { Confidence, Gate, Lock, LockKind, Vote, Waiter, Waiters } from './lock.ts'
import { showName } from './names.ts'
import { isShared, type Place, placesOf, standingOf } from './places.ts'
import { aged } from './remaining.ts'
import type { Sighting } from './sighting.ts'
import { isFree, type LockState } from './states.ts'
import { type Standing, standing, type Tally, tally, unanimous } from './tally.ts'
import type { VoterSays } from './voter.ts'

export interface MergeInput {
  id: string
  backend: string
  database: number | null
  /** In node order, one entry per voter. */
  voters: readonly VoterSays[]
  /** What was known before; null when nothing was. */
  before: Lock | null
  /** The highest fence that was ever seen here, if that is remembered for longer than `before`. */
  highestFence?: string | null
  refuses: WhyNot
}

/** Why a dialect can't be released in a backend; null when it can. */
export type WhyNot = (dialect: string) => string | null

/**
 * The words of all voters about one key, made into one lock. Null when nobody has anything and nothing was known.
 * Verdicts are not judged here.
 */
export const merge = (input: MergeInput): Lock | null => mergeWith(input, agreedOn(input.voters))

/** What is said alike need not be weighed, and nearly always it is. With null it is weighed all the same, and comes to the same. */
export function mergeWith(input: MergeInput, agreed: Sighting | null): Lock | null {
  const { voters, before } = input
  const observedAt = newest(voters) ?? Date.parse(before?.observedAt ?? '')
  if (Number.isNaN(observedAt)) return null
  const found = agreed ? alike(input, agreed, observedAt) : weighed(input, observedAt)
  if (!found) return null
  const { told, count, kind, permits, holders, waiters } = found
  const named = isShared(kind) ? holders : holders.slice(0, 1)
  const fenceBefore = higherThan(holders, highestOf(input))
  const nameBytes = told?.nameBytes ?? before?.nameBytes ?? ''
  // Written out, and each in one order: there are very many, and what is spread is slow to make and to read.
  const lock: Lock = {
    id: input.id,
    backend: input.backend,
    database: input.database,
    name: before?.nameBytes === nameBytes ? before.name : nameOf(nameBytes),
    nameBytes,
    dialect: told?.dialect ?? before?.dialect ?? '',
    kind,
    permits,
    confidence: found.confidence,
    state: found.state,
    gate: found.gate,
    quorum: { needed: count.needed, of: count.of },
    holders,
    waiters,
    votes: voters.map((voter) => vote(voter, named, observedAt)),
    verdicts: [],
    releaseBlocked: null,
    seen: seenOf(voters),
    observedAt: iso(observedAt),
  }
  if (fenceBefore !== null) lock.fenceBefore = fenceBefore
  lock.releaseBlocked = whyNotReleasable(lock, input.refuses)
  return lock
}

/** What the voters say taken together. */
interface Found
  extends Pick<Lock, 'kind' | 'permits' | 'confidence' | 'state' | 'gate' | 'holders' | 'waiters'> {
  told: Sighting | undefined
  count: Tally
}

function alike({ voters, before }: MergeInput, told: Sighting, observedAt: number): Found {
  const token = told.holders[0]?.tokenDigest ?? ''
  const count = unanimous(voters.length, token)
  const holders = claimants({ stands: { state: 'held', token }, count, voters, before, observedAt })
  return {
    told,
    count,
    kind: told.kind,
    permits: told.permits ?? null,
    confidence: confidence([told], 'held', count, holders, before),
    state: 'held',
    gate: null,
    holders,
    waiters: told.waiters.known ? { known: true, count: 0, list: [] } : { known: false },
  }
}

function weighed({ voters, before }: MergeInput, observedAt: number): Found | null {
  const count = tally(voters)
  const sightings = voters.flatMap((voter) => (voter.says === 'sighting' ? [voter.sighting] : []))
  const told = tellingSighting(sightings, count)
  if (!told && !before) return null
  const { kind, permits } = shared(told, before)
  const places = placesOf(kind, voters, before)
  const stands = standingOf(places)
  const holders = holdersOf(places, stands, observedAt)
  const waiters = mergeWaiters(voters, stands, holders, before)
  const gate = gateInForce(voters, observedAt)
  return {
    told,
    count,
    kind,
    permits,
    confidence: confidence(sightings, stands, count, holders, before),
    state: stateOf(stands, gate, waiters),
    gate,
    holders,
    waiters,
  }
}

const nameOf = (nameBytes: string): string => showName(fromBase64(nameBytes) ?? new Uint8Array())

const iso = (ms: number): string => new Date(ms).toISOString()

const highestOf = ({ highestFence, before }: MergeInput): string | null =>
  highestFence ?? before?.fenceBefore ?? highestFenceOf(before?.holders ?? [])

/** What the present holder's fence should have been above. */
function higherThan(holders: Lock['holders'], known: string | null): string | null {
  const present = highestFenceOf(holders)
  return present !== null && known !== null && isHigher(known, present) ? known : null
}

/** Beside those who have a permit for sure nobody is shown who only has some votes for one. */
function holdersOf(places: readonly Place[], stands: Standing['state'], observedAt: number): Lock['holders'] {
  const all = places.flatMap(({ voters, before }) => {
    const count = tally(voters)
    return claimants({ stands: standing(count), count, voters, before, observedAt })
  })
  return places.length > 1 && stands === 'held' ? all.filter(({ since }) => since !== null) : all
}

function stateOf(stands: Standing['state'], gate: Gate | null, waiters: Waiters): LockState {
  if (stands !== 'free') return stands
  if (gate) return gate.state
  return waiters.known && waiters.count > 0 ? 'waiting' : 'free'
}

function newest(voters: readonly VoterSays[]): number | null {
  let newest: number | null = null
  for (const voter of voters) {
    if (voter.says === 'no-answer') continue
    const { readAt } = voter.says === 'sighting' ? voter.sighting : voter
    if (newest === null || readAt > newest) newest = readAt
  }
  return newest
}

function tellingSighting(sightings: readonly Sighting[], { leader }: Tally): Sighting | undefined {
  return sightings.find((sighting) => sighting.holders[0]?.tokenDigest === leader) ?? sightings[0]
}

/** Who only waits, or finds the gate closed, does not tell how many may hold: then it is what it was. */
function shared(told: Sighting | undefined, before: Lock | null): { kind: LockKind; permits: number | null } {
  const telling = told && (told.holders.length > 0 || !before) ? told : (before ?? told)
  return { kind: telling?.kind ?? 'mutex', permits: telling?.permits ?? null }
}

const A_DAY_MS = 86_400_000

const isLasting = ({ remainingMs, renewals, lastRenewedAt }: Lock['holders'][number]): boolean =>
  remainingMs !== null && remainingMs > A_DAY_MS && renewals === 0 && lastRenewedAt === null

/** Several independent nodes with one and the same random token leave no doubt; and what was certain stays so. */
function confidence(
  sightings: readonly Sighting[],
  stands: Standing['state'],
  { of }: Tally,
  holders: Lock['holders'],
  before: Lock | null,
): Confidence {
  const all = sightings.map((sighting) => sighting.confidence)
  if (before && (sightings.length === 0 || before.confidence === 'certain')) all.push(before.confidence)
  if (all.includes('certain') || (of > 1 && stands === 'held')) return 'certain'
  // Whoever asks for days at once and never renews is a session or a cache, whatever its name says.
  return all.includes('likely') && !holders.some(isLasting) ? 'likely' : 'candidate'
}

function vote(voter: VoterSays, holders: Lock['holders'], observedAt: number): Vote {
  const { node } = voter
  if (voter.says === 'no-answer') {
    const ageMs = voter.readAt === null ? 0 : Math.max(0, observedAt - voter.readAt)
    return {
      node,
      vote: 'no-answer',
      ageMs,
      latencyMs: null,
      since: voter.since === null ? null : iso(voter.since),
    }
  }
  const readAt = voter.says === 'sighting' ? voter.sighting.readAt : voter.readAt
  const ageMs = observedAt - readAt
  const { latencyMs } = voter
  if (voter.says === 'quarantined') {
    const remainingMs = Math.max(0, voter.remainingMs - ageMs)
    return { node, vote: 'quarantined', ageMs, latencyMs, remainingMs }
  }
  const [seen, ...others] = voter.says === 'sighting' ? voter.sighting.holders : []
  if (!seen) return { node, vote: 'empty', ageMs, latencyMs }
  const { remainingMs, remainingIs } = aged(seen, ageMs)
  return {
    node,
    vote: 'holder',
    ageMs,
    latencyMs,
    tokenDigest: seen.tokenDigest,
    label: others.length > 0 ? `${seen.label} and ${others.length} more` : seen.label,
    same: holders.some(({ tokenDigest }) => tokenDigest === seen.tokenDigest),
    remainingMs,
    remainingIs,
  }
}

/** On a quorum every node knows a part of the queue. Who holds does not wait. */
function mergeWaiters(
  voters: readonly VoterSays[],
  stands: Standing['state'],
  holders: Lock['holders'],
  before: Lock | null,
): Waiters {
  const sightings = voters.flatMap((voter) => (voter.says === 'sighting' ? [voter.sighting] : []))
  const queues = sightings.flatMap(({ waiters }) => (waiters.known ? [waiters] : []))
  const knowable = sightings.length > 0 ? queues.length > 0 : before?.waiters.known === true
  if (!knowable || voters.every((voter) => voter.says === 'no-answer')) return { known: false }
  const holding = new Set(stands === 'held' ? holders.map((holder) => holder.tokenDigest) : [])
  const list = new Map<string, Waiter & { at: number }>()
  for (const queue of queues) {
    for (const waiter of queue.list) {
      const known = list.get(waiter.tokenDigest)
      const at = waiter.since ?? Number.POSITIVE_INFINITY
      if (holding.has(waiter.tokenDigest) || (known && known.at <= at)) continue
      list.set(waiter.tokenDigest, { ...waiter, since: waiter.since === null ? null : iso(waiter.since), at })
    }
  }
  const ordered =
    queues.length === 1 ? [...list.values()] : [...list.values()].sort((a, b) => a.at - b.at || order(a, b))
  const cutOff = Math.max(0, ...queues.map((queue) => queue.count - queue.list.length))
  const dead = Math.max(0, ...queues.map((queue) => queue.dead ?? 0))
  return {
    known: true,
    count: ordered.length + cutOff,
    list: ordered.map(({ at: _, ...waiter }) => waiter),
    ...(dead > 0 && { dead }),
  }
}

const order = (a: Waiter, b: Waiter): number => (a.tokenDigest < b.tokenDigest ? -1 : 1)

/** Tokens per node, in node order: changes when one of them does, never with a TTL, a renewal or a waiter. */
function seenOf(voters: readonly VoterSays[]): string {
  return voters
    .map((voter) => {
      if (voter.says === 'no-answer') return `${voter.node}?`
      const tokens = voter.says === 'sighting' ? voter.sighting.holders.map((seen) => seen.tokenDigest) : []
      return `${voter.node}=${tokens.join('+')}`
    })
    .join(',')
}

/** The same, told by the votes: for locks that have no more than one token on each node. */
export const seenIn = (votes: readonly Vote[]): string =>
  votes
    .map((vote) => {
      if (vote.vote === 'no-answer') return `${vote.node}?`
      return `${vote.node}=${vote.vote === 'holder' ? vote.tokenDigest : ''}`
    })
    .join()

export function whyNotReleasable(lock: Lock, refuses: WhyNot): string | null {
  const { state, confidence } = lock
  const of = lock.votes.length
  if (isFree(state)) return 'Nobody holds it.'
  if (state === 'unknown')
    return of === 1
      ? 'Its node gives no answer, so nobody can say who holds it.'
      : `${silentIn(lock.votes)} of ${of} nodes give no answer or lost their memory, so nobody can say who holds it.`
  if (state === 'split')
    return 'Several tokens share the votes and none has a majority: there is no one to release.'
  if (isShared(lock.kind))
    return 'Several share it, and one permit of several can not be taken back from here.'
  const refused = refuses(lock.dialect)
  if (refused) return refused
  if (confidence !== 'certain')
    return 'It only looks like a lock: pin its name to a dialect in the configuration first.'
  return null
}

const silentIn = (votes: readonly Vote[]): number =>
  votes.filter(({ vote }) => vote === 'no-answer' || vote === 'quarantined').length
