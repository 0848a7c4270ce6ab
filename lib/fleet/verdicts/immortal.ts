import type { Rule } from './rule.ts'
import { longestHold } from './usual.ts'
import { duration, heldFor, waitingClause, waitingCount } from './words.ts'

/** Renewed far beyond what is usual for it, or for longer than anything but a leader should be. */
export const immortal: Rule = {
  id: 'immortal',
  judge(lock, now, context) {
    const held = longestHold(lock, context)
    if (!held || held.farAt === null || held.farAt > now) return null
    const { holder, usual } = held
    return {
      severity: waitingCount(lock) > 0 ? 'alarm' : 'risk',
      says: `${holder.label || 'Somebody'} renews it on and on and does not let go.`,
      evidence: [
        ...heldFor(holder, now),
        ...(usual ? [`its own p99 is ${duration(usual.holdP99Ms)} of ${usual.count} holds`] : []),
        ...(holder.renewals > 0 ? [`${holder.renewals} renewals seen`] : []),
        ...waitingClause(lock),
      ],
      suggests: 'look',
    }
  },
  nextAt(lock, now, context) {
    const farAt = longestHold(lock, context)?.farAt ?? null
    return farAt !== null && farAt > now ? farAt : null
  },
}
