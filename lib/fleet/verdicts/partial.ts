import type { Rule } from './rule.ts'
import { named } from './words.ts'

/** One token has votes, but no majority: either it lost some, or an attempt was not cleaned up. */
export const partial: Rule = {
  id: 'partial',
  judge(lock) {
    if (lock.state !== 'partial' || lock.holders.length === 0) return null
    const lost = lock.holders.filter(({ since }) => since !== null)
    const { needed, of } = lock.quorum
    const votes = lock.votes.filter((vote) => vote.vote === 'holder').length
    return {
      severity: lost.length > 0 ? 'alarm' : 'note',
      says:
        lost.length > 0
          ? `${named(lost)} lost ${lost.length > 1 ? 'their' : 'its'} majority: ${votes} of ${of} votes are left.`
          : `Somebody has ${votes} of ${of} votes and no majority.`,
      evidence: [`${votes} of ${of} votes, ${needed} needed`],
      suggests: 'look',
    }
  },
}
