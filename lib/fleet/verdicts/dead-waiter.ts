import type { Rule } from './rule.ts'
import { waitingClause, waitingCount } from './words.ts'

/** Its queue has entries of clients that gave no sign of life in time. */
export const deadWaiter: Rule = {
  id: 'dead-waiter',
  judge(lock) {
    const dead = lock.waiters.known ? (lock.waiters.dead ?? 0) : 0
    if (dead === 0) return null
    return {
      severity: waitingCount(lock) > 0 ? 'risk' : 'note',
      says:
        dead === 1
          ? 'A client died in its queue, and its place is still there.'
          : `${dead} clients died in its queue, and their places are still there.`,
      evidence: ['no sign of life in time', ...waitingClause(lock)],
      suggests: 'look',
    }
  },
}
