import type { Holder, Lock } from '../lock.ts'
import { number } from '../numbers.ts'

/** Durations as a sentence wants them: 0.4 s, 12 s, 3 min, 2 h. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

export const clients = (count: number): string => (count === 1 ? '1 client' : `${number(count)} clients`)

/** 04:10:00 UTC */
export const timeOfDay = (iso: string): string => `${iso.slice(11, 19)} UTC`

export const waitingCount = ({ waiters }: Lock): number => (waiters.known ? waiters.count : 0)

/** Clients that are known to wait, as a clause; none where there are none. */
export const waitingClause = (lock: Lock): string[] => {
  const count = waitingCount(lock)
  return count > 0 ? [`${clients(count)} waiting`] : []
}

/** `worker-3`, or `worker-3 and 2 more`. */
export function named(holders: readonly Holder[]): string {
  const [first] = holders
  const label = first?.label || 'Somebody'
  return holders.length > 1 ? `${label} and ${number(holders.length - 1)} more` : label
}

/** Of several holders: how many of them a finding is about. */
export const share = (some: readonly Holder[], { holders }: Lock): string[] =>
  holders.length > 1 ? [`${number(some.length)} of ${number(holders.length)} holders`] : []

export const longestHeld = (holders: readonly Holder[]): Holder | undefined => {
  let longest: Holder | undefined
  for (const holder of holders) {
    if (holder.since !== null && (!longest?.since || holder.since < longest.since)) longest = holder
  }
  return longest ?? holders[0]
}

export function heldFor({ since, sinceIs }: Holder, now: number): string[] {
  if (since === null) return []
  return [`held for ${sinceIs === 'exact' ? '' : 'at least '}${duration(now - Date.parse(since))}`]
}
