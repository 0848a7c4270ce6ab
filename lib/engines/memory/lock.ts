import type { Notice } from '../../core/node.ts'
import type { Owner } from '../../core/owner.ts'

/** Times are epoch milliseconds of the store's own clock. */
export interface MemoryHold {
  token: string
  owner: Owner
  fence: string | null
  since: number
  ttlMs: number
  /** From then on it is free, whether or not it has been swept. */
  expiresAt: number
  /** How many may hold at once. */
  permits: number
  /** Which of a quorum's permits it is; null for a mutex, and on a lone node. */
  slot: number | null
  /** What an operator told it; ends with it. */
  notice: Notice | null
}

type Granted = Pick<MemoryHold, 'token' | 'owner' | 'ttlMs'> & Partial<MemoryHold>

export const newHold = (now: number, granted: Granted): MemoryHold => ({
  ...{ fence: null, permits: 1, slot: null, notice: null },
  ...{ since: now, expiresAt: now + granted.ttlMs },
  ...granted,
})

export interface MemoryWaiter {
  /** On a lone node the token that will hold. */
  ticket: string
  owner: Owner
  since: number
  /** Dead from then on, but it keeps its place until it comes to the front. */
  until: number
  /** Null in the queue of a voter: votes are asked for one by one. */
  ttlMs: number | null
  permits: number
}

/** While one of them lasts nobody is granted. */
export interface MemoryGate {
  freeze: { until: number; by: string; message: string } | null
  holdBack: { until: number } | null
}

/** Everything that is kept of one name. */
export interface MemoryLock {
  /** In the order of granting. */
  holds: MemoryHold[]
  /** In the order of first asking. */
  queue: MemoryWaiter[]
  gate: MemoryGate
}

export const liveHolds = (lock: MemoryLock | undefined, now: number): MemoryHold[] =>
  lock?.holds.filter(({ expiresAt }) => expiresAt > now) ?? []

export const liveWaiters = (lock: MemoryLock | undefined, now: number): MemoryWaiter[] =>
  lock?.queue.filter(({ until }) => until > now) ?? []

export interface Closed {
  why: 'frozen' | 'held-back'
  until: number
  message?: string
}

/** What keeps the gate closed; null when it is open. A freeze is told before a hold-back. */
export function closedBy(lock: MemoryLock | undefined, now: number): Closed | null {
  if (!lock) return null
  const { freeze, holdBack } = lock.gate
  if (freeze && freeze.until > now) return { why: 'frozen', until: freeze.until, message: freeze.message }
  if (holdBack && holdBack.until > now) return { why: 'held-back', until: holdBack.until }
  return null
}

export const isEmpty = (lock: MemoryLock, now: number): boolean =>
  liveHolds(lock, now).length === 0 && liveWaiters(lock, now).length === 0 && closedBy(lock, now) === null
