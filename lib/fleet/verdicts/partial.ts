import type { Rule } from './rule.ts'

/** One token has votes, but no majority: either it lost some, or an attempt was not cleaned up. */
export const partial: Rule = {
  id: 'partial',
  judge(lock) {
    const holder = lock.holders[0]
    if (lock.state !== 'partial' || !holder) return null
    const { needed, of } = lock.quorum
    const votes = lock.votes.filter((vote) => vote.vote === 'holder').length
    const had = holder.since !== null
    return {
      severity: had ? 'alarm' : 'note',
      says: had
        ? `${holder.label} lost its majority: ${votes} of ${of} votes are left.`
        : `Somebody has ${votes} of ${of} votes and no majority.`,
      evidence: [`${votes} of ${of} votes, ${needed} needed`],
      suggests: 'look',
    }
  },
}
