import type { Rule } from './rule.ts'

/** Held by exactly a majority, while other nodes could have said yes: one lost vote more and it is nobody's. */
export const belowQuorum: Rule = {
  id: 'below-quorum',
  judge(lock) {
    const { needed, of } = lock.quorum
    const votes = lock.votes.filter((vote) => vote.vote === 'holder' && vote.same).length
    if (lock.state !== 'held' || lock.kind === 'semaphore' || of === 1 || votes !== needed) return null
    const missing = lock.votes.filter((vote) => vote.vote !== 'holder' || !vote.same)
    const silent = missing.filter((vote) => vote.vote === 'no-answer').length
    const evidence = [`${votes} of ${of} votes, ${needed} needed`]
    if (silent > 0) evidence.push(`${silent} of ${of} nodes give no answer`)
    if (missing.length > silent) evidence.push(`no vote on ${missing.length - silent} more`)
    return {
      severity: 'risk',
      says: `It stands on a bare majority: ${votes} of ${of} votes.`,
      evidence,
      suggests: 'look',
    }
  },
}
