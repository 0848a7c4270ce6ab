import { highestFenceOf } from './fences.ts'
import type { Holder, Lock } from './lock.ts'
import { aged, NOT_KNOWN, type Remaining, roseClearly, untilFewerThan } from './remaining.ts'
import type { SeenHolder } from './sighting.ts'
import { mayHold, type Standing, type Tally } from './tally.ts'
import type { VoterSays } from './voter.ts'

interface Input {
  stands: Standing
  count: Tally
  voters: readonly VoterSays[]
  before: Lock | null
  observedAt: number
}

interface Vote {
  seen: SeenHolder
  readAt: number
}

/**
 * Who has the lock, or has votes for it. `since` is null for those that never had a majority while somebody looked.
 * A holder that silent voters may still confirm stays, with its remaining time not known.
 */
export function claimants(input: Input): Holder[] {
  const { stands, count, voters, before } = input
  if (stands.state === 'held') return [holderOf(stands.token, count.needed, true, input)]
  if (stands.state === 'free') return []
  const known = (before?.holders ?? []).filter(
    (holder) => holder.since !== null && (stands.state !== 'unknown' || mayHold(count, holder.tokenDigest)),
  )
  const tokens = [...count.votes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([token]) => token)
  if (stands.state === 'unknown' && known[0]) {
    const { tokenDigest } = known[0]
    const votes = count.votes.get(tokenDigest) ?? 0
    const fresh = votes > 0 ? holderOf(tokenDigest, 1, true, { ...input, voters }) : known[0]
    return [{ ...fresh, ...NOT_KNOWN }]
  }
  return tokens.map((token) => {
    const once = known.some((holder) => holder.tokenDigest === token)
    const holder = holderOf(token, 1, once, input)
    return stands.state === 'unknown' ? { ...holder, ...NOT_KNOWN } : holder
  })
}

function votesFor(token: string, voters: readonly VoterSays[]): Vote[] {
  const votes: Vote[] = []
  for (const voter of voters) {
    const seen = voter.says === 'sighting' ? voter.sighting.holders[0] : undefined
    if (voter.says === 'sighting' && seen?.tokenDigest === token)
      votes.push({ seen, readAt: voter.sighting.readAt })
  }
  return votes
}

/** Made from the votes of one token; `votes` is how many must stand for it to go on. */
function holderOf(token: string, votes: number, granted: boolean, input: Input): Holder {
  const { voters, before, observedAt } = input
  const cast = votesFor(token, voters)
  const first = cast[0]?.seen
  const was = before?.holders.find((holder) => holder.tokenDigest === token)
  const elapsedMs = before ? observedAt - Date.parse(before.observedAt) : 0
  const ttlMs = firstOf(cast, (seen) => seen.ttlMs) ?? was?.ttlMs ?? null
  const remaining = carried(
    untilFewerThan(
      votes,
      cast.map(({ seen, readAt }) => aged(seen, observedAt - readAt)),
    ),
    was,
    elapsedMs,
  )
  const { since, sinceIs } = granted ? sinceOf(cast, votes, was, observedAt) : NEVER
  const { renewals, lastRenewedAt } = renewalsOf({
    was,
    remaining,
    elapsedMs,
    ttlMs,
    observedAt,
    since,
    exact: sinceIs === 'exact',
  })
  const holder: Holder = {
    label: first?.label ?? was?.label ?? '',
    identity: first?.identity ?? was?.identity ?? null,
    tokenDigest: token,
    slot: first?.slot ?? was?.slot ?? null,
    since,
    sinceIs,
    fence: highestFenceOf(cast.map(({ seen }) => seen)) ?? was?.fence ?? null,
    ttlMs,
    remainingMs: remaining.remainingMs,
    remainingIs: remaining.remainingIs,
    renewals,
    lastRenewedAt,
  }
  const sharedLease = Math.max(0, ...cast.map(({ seen }) => seen.sharedLease ?? 0))
  if (sharedLease > 0) holder.sharedLease = sharedLease
  return holder
}

const NEVER = { since: null, sinceIs: 'unknown' } as const

function firstOf<T>(votes: readonly Vote[], of: (seen: SeenHolder) => T | null): T | null {
  for (const { seen } of votes) {
    const value = of(seen)
    if (value !== null) return value
  }
  return null
}

/** A lower bound read earlier still is one, less the time since. */
function carried(now: Remaining, was: Holder | undefined, elapsedMs: number): Remaining {
  if (now.remainingIs !== 'unknown' || was?.remainingIs !== 'at-least') return now
  return aged(was, elapsedMs)
}

function sinceOf(
  votes: readonly Vote[],
  needed: number,
  was: Holder | undefined,
  observedAt: number,
): Pick<Holder, 'since' | 'sinceIs'> {
  const times: number[] = []
  for (const { seen } of votes) if (seen.since !== null && seen.sinceIs === 'exact') times.push(seen.since)
  if (times.length > 1) times.sort((a, b) => a - b)
  // It was granted when the vote that made the majority was cast.
  const exact = times[Math.min(needed, times.length) - 1]
  if (was?.since && (was.sinceIs === 'exact' || exact === undefined))
    return { since: was.since, sinceIs: was.sinceIs }
  if (exact !== undefined) return { since: new Date(exact).toISOString(), sinceIs: 'exact' }
  return { since: new Date(observedAt).toISOString(), sinceIs: 'first-seen' }
}

interface Renewing {
  was: Holder | undefined
  remaining: Remaining
  elapsedMs: number
  ttlMs: number | null
  observedAt: number
  since: string | null
  exact: boolean
}

function renewalsOf(input: Renewing): Pick<Holder, 'renewals' | 'lastRenewedAt'> {
  const { was, remaining, elapsedMs, ttlMs, observedAt, since, exact } = input
  const refilledAt =
    ttlMs !== null && remaining.remainingIs === 'exact' && remaining.remainingMs !== null
      ? Math.min(observedAt, observedAt - (ttlMs - remaining.remainingMs))
      : null
  if (!was) {
    // Seen for the first time, but the TTL was refilled long after the grant.
    const renewed = exact && refilledAt !== null && since !== null && refilledAt - Date.parse(since) > 500
    return { renewals: 0, lastRenewedAt: renewed ? new Date(refilledAt).toISOString() : null }
  }
  if (!roseClearly(was, elapsedMs, remaining, ttlMs))
    return { renewals: was.renewals, lastRenewedAt: was.lastRenewedAt }
  return { renewals: was.renewals + 1, lastRenewedAt: new Date(refilledAt ?? observedAt).toISOString() }
}
