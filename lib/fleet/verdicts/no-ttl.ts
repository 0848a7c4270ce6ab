import type { Rule } from './rule.ts'
import { heldFor, longestHeld, share, waitingClause, waitingCount } from './words.ts'

/** Held without a TTL: if its holder dies, nobody gets it until somebody steps in. */
export const noTtl: Rule = {
  id: 'no-ttl',
  judge(lock, now) {
    if (lock.state !== 'held' || !lock.holders.some(({ remainingIs }) => remainingIs === 'none')) return null
    const endless = lock.holders.filter(({ remainingIs }) => remainingIs === 'none')
    const longest = longestHeld(endless)
    return {
      severity: waitingCount(lock) > 0 ? 'alarm' : 'risk',
      says: 'It never ends by itself: it was taken without a TTL.',
      evidence: [
        'no TTL on its key',
        ...share(endless, lock),
        ...(longest ? heldFor(longest, now) : []),
        ...waitingClause(lock),
      ],
      suggests: 'release',
    }
  },
}
