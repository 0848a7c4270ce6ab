import type { Holder, Lock } from '../lock.ts'
import type { Context, Usual } from './rule.ts'
import { longestHeld } from './words.ts'

/** Fewer holds than these make no habit. */
const ENOUGH = 20
/** More than half as long again as its 99th percentile, and by seconds: one hold in a hundred is longer than that by itself. */
const LATE = 1.5
const LATE_BY_MS = 5_000
/** Ten times its 99th percentile, and a minute at least, while it is renewed. */
const FAR = 10
const FAR_MS = 60_000
/** Whatever is usual: nothing but a leader is renewed for a day. */
const LIMIT_MS = 86_400_000
/** So many renewals show that somebody keeps it alive. */
const RENEWED = 3

export interface Held {
  readonly holder: Holder
  readonly since: number
  readonly usual: Usual | null
  /** When it becomes overdue, and immortal; null = never. */
  readonly lateAt: number | null
  readonly farAt: number | null
}

/** The longest hold of a lock against what is usual for it; null when nobody holds it, or nobody can say since when. */
export function longestHold(lock: Lock, context: Context): Held | null {
  if (lock.state !== 'held' || lock.kind === 'election') return null
  const holder = longestHeld(lock.holders)
  if (!holder || holder.since === null) return null
  const since = Date.parse(holder.since)
  const told = context.usualOf?.(lock) ?? null
  const usual = told && told.count >= ENOUGH ? told : null
  const p99 = usual?.holdP99Ms ?? null
  const lateAt = p99 === null ? null : since + Math.max(LATE * p99, p99 + LATE_BY_MS)
  if (!isKeptAlive(holder)) return { holder, since, usual, lateAt, farAt: null }
  const farMs = p99 === null ? LIMIT_MS : Math.min(LIMIT_MS, Math.max(FAR * p99, FAR_MS))
  return { holder, since, usual, lateAt, farAt: since + farMs }
}

/** A lease that still stands long after it was taken is renewed, too, although nobody sees how often. */
const isKeptAlive = ({ renewals, remainingIs }: Holder): boolean =>
  renewals >= RENEWED || remainingIs === 'at-least'
