import type { Gate, Holder, Lock, Vote } from '../fleet/lock.ts'

/** Latencies between voters make readings of one TTL differ by so much without a renewal. */
const TREMBLE_MS = 150
/** More may be a renewal. */
const LEAST_RISE_MS = 100

/** Is as much left of its time as was to be expected? */
export function isSameLeft(
  older: { remainingMs: number; observedAt: number },
  remainingMs: number,
  at: number,
): boolean {
  if (older.remainingMs < 0 || remainingMs < 0) return older.remainingMs === remainingMs
  const rose = remainingMs - (older.remainingMs - (at - older.observedAt))
  return rose > -TREMBLE_MS && rose <= LEAST_RISE_MS
}

/**
 * Does the newer reading say the same as the older one? Ages and remaining times that only ran on are no news: whoever
 * shows them counts on by himself. Verdicts are not compared.
 */
export function saysTheSame(older: Lock, newer: Lock): boolean {
  const elapsedMs = Date.parse(newer.observedAt) - Date.parse(older.observedAt)
  return (
    older.state === newer.state &&
    older.seen === newer.seen &&
    older.confidence === newer.confidence &&
    older.kind === newer.kind &&
    older.permits === newer.permits &&
    sameGate(older.gate, newer.gate) &&
    older.releaseBlocked === newer.releaseBlocked &&
    older.fenceBefore === newer.fenceBefore &&
    older.holders.length === newer.holders.length &&
    newer.holders.every((holder, index) => sameHolder(older.holders[index], holder, elapsedMs)) &&
    newer.votes.every((vote, index) => sameVote(older.votes[index], vote)) &&
    sameWaiters(older, newer)
  )
}

function sameHolder(older: Holder | undefined, newer: Holder, elapsedMs: number): boolean {
  return (
    older !== undefined &&
    older.tokenDigest === newer.tokenDigest &&
    older.since === newer.since &&
    older.fence === newer.fence &&
    older.renewals === newer.renewals &&
    older.sharedLease === newer.sharedLease &&
    older.ttlMs === newer.ttlMs &&
    older.remainingIs === newer.remainingIs &&
    (older.remainingMs === null ||
      newer.remainingMs === null ||
      Math.abs(older.remainingMs - elapsedMs - newer.remainingMs) < TREMBLE_MS)
  )
}

/** Its end is told by a clock that follows another one, and trembles with it. */
function sameGate(older: Gate | null, newer: Gate | null): boolean {
  if (!older || !newer) return older === newer
  const apartMs = Math.abs(Date.parse(older.until) - Date.parse(newer.until))
  return older.state === newer.state && older.message === newer.message && apartMs < TREMBLE_MS
}

const sameVote = (older: Vote | undefined, newer: Vote): boolean => older?.vote === newer.vote

function sameWaiters({ waiters: older }: Lock, { waiters: newer }: Lock): boolean {
  if (!older.known || !newer.known) return older.known === newer.known
  return (
    older.count === newer.count &&
    older.dead === newer.dead &&
    older.list.length === newer.list.length &&
    newer.list.every((waiter, index) => waiter.tokenDigest === older.list[index]?.tokenDigest)
  )
}
