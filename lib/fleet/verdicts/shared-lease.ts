import type { Rule } from './rule.ts'
import { share } from './words.ts'

const OURS = 'lockkeeper'

/** Other keys hang on the same lease. Locks of ours share one by design; of others a release may take more than meant. */
export const sharedLease: Rule = {
  id: 'shared-lease',
  judge(lock) {
    if (lock.dialect === OURS) return null
    const most = lock.holders.reduce((max, { sharedLease = 0 }) => Math.max(max, sharedLease), 0)
    if (most === 0) return null
    const sharing = lock.holders.filter(({ sharedLease = 0 }) => sharedLease > 0)
    return {
      severity: 'note',
      says: `${most === 1 ? 'Another key hangs' : `${most} other keys hang`} on its lease and would end with it.`,
      evidence: [
        `${most} more on the lease`,
        ...share(sharing, lock),
        'revoking it ends all, deleting the key tells nobody',
      ],
      suggests: 'look',
    }
  },
}
