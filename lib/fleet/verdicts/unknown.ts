import type { Rule } from './rule.ts'
import { duration, named } from './words.ts'

/** Too many nodes are silent, or lost their memory, to say whether anybody has it. */
export const unknown: Rule = {
  id: 'unknown',
  judge(lock, now) {
    if (lock.state !== 'unknown') return null
    const silent = lock.votes.filter((vote) => vote.vote === 'no-answer')
    const times = silent.flatMap((vote) => (vote.since ? [Date.parse(vote.since)] : []))
    const sittingOut = lock.votes.flatMap((vote) => (vote.vote === 'quarantined' ? [vote.remainingMs] : []))
    const { of } = lock.quorum
    const evidence: string[] = []
    if (silent.length > 0) evidence.push(`${silent.length} of ${of} ${of === 1 ? 'voter' : 'voters'} silent`)
    // Nobody can say since the last of them fell silent.
    if (times.length > 0) evidence.push(`so for ${duration(now - Math.max(...times))}`)
    if (sittingOut.length > 0)
      evidence.push(
        `${sittingOut.length} of ${of} in quarantine for ${duration(Math.max(...sittingOut))} more`,
      )
    const known = lock.holders.filter((holder) => holder.since !== null)
    if (known.length > 0) evidence.push(`last seen with ${named(known)}`)
    else if (lock.holders.length > 0) evidence.push(`some votes for ${named(lock.holders)}`)
    return {
      severity: 'risk',
      says: `Nobody can say who holds it: too many nodes ${why(silent.length, sittingOut.length)}.`,
      evidence,
      suggests: 'look',
    }
  },
}

function why(silent: number, sittingOut: number): string {
  if (sittingOut === 0) return 'give no answer'
  return silent === 0 ? 'lost their memory' : 'give no answer or lost their memory'
}
