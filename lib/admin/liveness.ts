import type { Holder } from '../fleet/lock.ts'

export type Liveness = 'alive' | 'silent' | 'unknown'

/**
 * Whether somebody is at work under a hold. A holder that means to go on renews well before half of its TTL has gone, so
 * one that was granted or renewed less than half a TTL ago counts as alive, and one that let more pass as silent. Where
 * neither a TTL nor a sign of life is known, nothing is claimed.
 */
export function liveness(holder: Holder, observedAt: number, now: number): Liveness {
  if (holder.remainingIs === 'none') return withoutTtl(holder, now)
  const readAgo = Math.max(0, now - observedAt)
  const remainingMs = holder.remainingMs === null ? null : holder.remainingMs - readAgo
  const seenAgo = sinceLastSign(holder, now)
  const ttlMs = holder.ttlMs ?? (remainingMs === null || seenAgo === null ? null : remainingMs + seenAgo)
  if (ttlMs === null) return 'unknown'
  const spentMs = remainingMs === null ? null : ttlMs - remainingMs
  const ages = [spentMs, seenAgo].filter((age) => age !== null)
  if (ages.length === 0) return 'unknown'
  return Math.min(...ages) < ttlMs / 2 ? 'alive' : 'silent'
}

function sinceLastSign(holder: Holder, now: number): number | null {
  const sign = holder.lastRenewedAt ?? (holder.sinceIs === 'exact' ? holder.since : null)
  return sign === null ? null : Math.max(0, now - Date.parse(sign))
}

/** Without a TTL there is nothing to renew: only a renewal that was seen all the same tells of life. */
const RECENT_MS = 60_000
const withoutTtl = (holder: Holder, now: number): Liveness =>
  holder.lastRenewedAt !== null && now - Date.parse(holder.lastRenewedAt) < RECENT_MS ? 'alive' : 'unknown'
