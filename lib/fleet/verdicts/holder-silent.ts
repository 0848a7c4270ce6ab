import type { Holder, Lock } from '../lock.ts'
import type { Rule } from './rule.ts'
import { clients, duration } from './words.ts'

/** So many renewals make a habit. */
const HABIT = 3
/** More than two periods without one: two renewals were due and did not come. */
const MISSED = 2.2

/** Its holder used to renew it regularly and has stopped. */
export const holderSilent: Rule = {
  id: 'holder-silent',
  judge(lock, now) {
    const habit = habitOf(lock)
    if (!habit || now < habit.silentAt) return null
    const { holder, periodMs, lastAt } = habit
    const waiting = lock.waiters.known ? lock.waiters.count : 0
    const evidence = [
      `last renewed ${duration(now - lastAt)} ago`,
      `used to renew every ${duration(periodMs)} (${holder.renewals} seen)`,
    ]
    if (waiting > 0) evidence.push(`${clients(waiting)} waiting`)
    return {
      severity: waiting > 0 ? 'alarm' : 'risk',
      says: `${holder.label} has stopped renewing it.`,
      evidence,
      suggests: 'release',
    }
  },
  nextAt(lock, now) {
    const habit = habitOf(lock)
    return habit && habit.silentAt > now ? habit.silentAt : null
  },
}

interface Habit {
  holder: Holder
  periodMs: number
  lastAt: number
  silentAt: number
}

function habitOf(lock: Lock): Habit | null {
  const holder = lock.holders[0]
  // Where what is left is only asked now and then, a renewal that was not seen is no renewal that did not come.
  if (
    lock.state !== 'held' ||
    holder?.remainingIs !== 'exact' ||
    !holder.since ||
    !holder.lastRenewedAt ||
    holder.renewals < HABIT
  )
    return null
  const lastAt = Date.parse(holder.lastRenewedAt)
  const periodMs = (lastAt - Date.parse(holder.since)) / holder.renewals
  return periodMs > 0 ? { holder, periodMs, lastAt, silentAt: lastAt + MISSED * periodMs } : null
}
