import type { NewEvent } from './event.ts'
import type { Holder, Lock, Waiter } from './lock.ts'

/** A last reading may be this much late against the server's own clock. */
const SLACK_MS = 50

/**
 * What happened between two readings of one lock. `isGap`: nobody was told of changes in between, or the store forgot what it
 * had, so that what is not there any more need not have been released.
 */
export function reduce(before: Lock | null, next: Lock, isGap = false): NewEvent[] {
  const had = before ? standingHolders(before) : []
  const has = standingHolders(next)
  const events: NewEvent[] = []
  for (const holder of had) {
    if (!has.some((other) => other.tokenDigest === holder.tokenDigest))
      events.push(ended(before, holder, next, isGap))
  }
  for (const holder of has) {
    const was = had.find((other) => other.tokenDigest === holder.tokenDigest)
    if (!was) events.push(granted(before, holder, next))
    else if (holder.renewals > was.renewals && holder.lastRenewedAt)
      events.push(event('renewed', holder.lastRenewedAt, next, holder))
  }
  events.push(...queueing(before, next))
  if (events.length === 0 && isOtherState(before, next))
    events.push(event('state', next.observedAt, next, null))
  return events
}

/** So that whoever has all events knows the state and the count of waiters at any time. */
function isOtherState(before: Lock | null, next: Lock): boolean {
  if (!before) return next.state !== 'free'
  return before.state !== next.state || countOf(before) !== countOf(next)
}

const countOf = ({ waiters }: Lock): number | null => (waiters.known ? waiters.count : null)

/** Those that had a majority while somebody looked, and may have it still. */
const standingHolders = (lock: Lock): Holder[] => lock.holders.filter((holder) => holder.since !== null)

function event(kind: NewEvent['kind'], at: string, lock: Lock, who: Holder | Waiter | null): NewEvent {
  return {
    at,
    kind,
    backend: lock.backend,
    lock: lock.id,
    lockName: lock.name,
    node: null,
    tokenDigest: who?.tokenDigest ?? null,
    label: who?.label ?? null,
    fence: who && 'fence' in who ? who.fence : null,
    waiters: countOf(lock),
    state: lock.state,
    dialect: lock.dialect,
  }
}

function granted(before: Lock | null, holder: Holder, lock: Lock): NewEvent {
  const found = event('granted', holder.since ?? lock.observedAt, lock, holder)
  const waited = before?.waiters.known ? before.waiters.list : []
  const waiter = waited.find(({ tokenDigest }) => tokenDigest === holder.tokenDigest)
  return waiter?.since ? { ...found, lastedMs: between(waiter.since, found.at) } : found
}

const between = (from: string | null, to: string): number | null =>
  from === null ? null : Math.max(0, Date.parse(to) - Date.parse(from))

function ended(before: Lock | null, holder: Holder, next: Lock, isGap: boolean): NewEvent {
  const readAt = Date.parse(before?.observedAt ?? next.observedAt)
  const elapsedMs = Date.parse(next.observedAt) - readAt
  const seen = endKind(before, holder, next, elapsedMs)
  const kind = isGap && seen === 'released' ? 'ended' : seen
  const at =
    kind === 'expired' && holder.remainingMs !== null
      ? new Date(Math.min(readAt + holder.remainingMs, readAt + elapsedMs)).toISOString()
      : next.observedAt
  return { ...event(kind, at, next, holder), lastedMs: between(holder.since, at) }
}

function endKind(before: Lock | null, holder: Holder, next: Lock, elapsedMs: number) {
  if (before?.state === 'unknown' || next.state === 'unknown') return 'ended'
  if (holder.remainingIs === 'none') return 'released'
  if (holder.remainingMs === null) return 'ended'
  const ranOut = holder.remainingMs - elapsedMs <= SLACK_MS
  if (!ranOut) return 'released'
  return holder.remainingIs === 'exact' ? 'expired' : 'ended'
}

function queueing(before: Lock | null, next: Lock): NewEvent[] {
  if (!next.waiters.known) return []
  const waited = before?.waiters.known ? before.waiters.list : []
  const waits = next.waiters.list
  const holding = new Set(next.holders.map((holder) => holder.tokenDigest))
  const came = waits.filter((waiter) => !includes(waited, waiter))
  const cutOff = next.waiters.count > waits.length
  const left = cutOff
    ? []
    : waited.filter((waiter) => !includes(waits, waiter) && !holding.has(waiter.tokenDigest))
  return [
    ...came.map((waiter) => event('waiting', waiter.since ?? next.observedAt, next, waiter)),
    ...left.map((waiter) => ({
      ...event('gave-up', next.observedAt, next, waiter),
      lastedMs: between(waiter.since, next.observedAt),
    })),
  ]
}

const includes = (list: readonly Waiter[], waiter: Waiter): boolean =>
  list.some((other) => other.tokenDigest === waiter.tokenDigest)
