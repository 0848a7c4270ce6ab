import type { Rule } from './rule.ts'

/** Several tokens share the votes and none has a majority. */
export const split: Rule = {
  id: 'split',
  judge(lock) {
    if (lock.state !== 'split') return null
    const { needed, of } = lock.quorum
    const votes = lock.votes.filter((vote) => vote.vote === 'holder').length
    return {
      severity: 'risk',
      says: `${lock.holders.length} clients share its votes and none has a majority.`,
      evidence: [
        `${votes} of ${of} votes cast, ${needed} needed by one`,
        ...lock.holders.slice(0, 3).map((holder) => {
          const own = lock.votes.filter(
            (vote) => vote.vote === 'holder' && vote.tokenDigest === holder.tokenDigest,
          ).length
          return `${own} for ${holder.label}`
        }),
      ],
      suggests: 'look',
    }
  },
}
