import type { Holder, Lock } from '../lock.ts'
import type { Rule } from './rule.ts'
import { duration, named, share, waitingClause, waitingCount } from './words.ts'

/** So many renewals make a habit. */
const HABIT = 3
/** More than two periods without one: two renewals were due and did not come. */
const MISSED = 2.2

/** Somebody who holds it used to renew it regularly and has stopped. */
export const holderSilent: Rule = {
  id: 'holder-silent',
  judge(lock, now) {
    const silent = habitsOf(lock).filter(({ silentAt }) => silentAt <= now)
    const [worst] = silent.sort((a, b) => a.silentAt - b.silentAt)
    if (!worst) return null
    const holders = silent.map(({ holder }) => holder)
    return {
      severity: waitingCount(lock) > 0 ? 'alarm' : 'risk',
      says: `${named(holders)} ${holders.length > 1 ? 'have' : 'has'} stopped renewing it.`,
      evidence: [
        `last renewed ${duration(now - worst.lastAt)} ago`,
        `used to renew every ${duration(worst.periodMs)} (${worst.holder.renewals} seen)`,
        ...share(holders, lock),
        ...waitingClause(lock),
      ],
      suggests: 'release',
    }
  },
  nextAt(lock, now) {
    let next: number | null = null
    for (const { silentAt } of habitsOf(lock))
      if (silentAt > now && (next === null || silentAt < next)) next = silentAt
    return next
  },
}

interface Habit {
  holder: Holder
  periodMs: number
  lastAt: number
  silentAt: number
}

const NONE: Habit[] = []

function habitsOf(lock: Lock): Habit[] {
  if (lock.state !== 'held') return NONE
  let found: Habit[] | null = null
  for (const holder of lock.holders) {
    const habit = habitOf(holder)
    if (habit) found = [...(found ?? []), habit]
  }
  return found ?? NONE
}

/** Where what is left is only asked now and then, a renewal that was not seen is no renewal that did not come. */
function habitOf(holder: Holder): Habit | null {
  if (holder.renewals < HABIT || holder.remainingIs !== 'exact' || !holder.since || !holder.lastRenewedAt)
    return null
  const lastAt = Date.parse(holder.lastRenewedAt)
  const periodMs = (lastAt - Date.parse(holder.since)) / holder.renewals
  return periodMs > 0 ? { holder, periodMs, lastAt, silentAt: lastAt + MISSED * periodMs } : null
}
