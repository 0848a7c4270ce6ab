import type { Rule } from './rule.ts'
import { longestHold } from './usual.ts'
import { duration, heldFor, waitingClause, waitingCount } from './words.ts'

/** Held for longer than it almost ever is. */
export const overdue: Rule = {
  id: 'overdue',
  judge(lock, now, context) {
    const held = longestHold(lock, context)
    if (!held?.usual || held.lateAt === null || held.lateAt > now) return null
    // That it never ends says more.
    if (held.farAt !== null && held.farAt <= now) return null
    const { holder, usual } = held
    return {
      severity: waitingCount(lock) > 0 ? 'risk' : 'note',
      says: `${holder.label || 'Somebody'} holds it for longer than it is usually held.`,
      evidence: [
        ...heldFor(holder, now),
        `its own p99 is ${duration(usual.holdP99Ms)} of ${usual.count} holds`,
        ...waitingClause(lock),
      ],
      suggests: 'look',
    }
  },
  nextAt(lock, now, context) {
    const lateAt = longestHold(lock, context)?.lateAt ?? null
    return lateAt !== null && lateAt > now ? lateAt : null
  },
}
