import type { Holder, Lock, Vote } from '../fleet/lock.ts'
import type { PlannedEffect } from '../fleet/plan.ts'

/** What releasing this holder would do on each node: only what it holds is touched, only where it was seen. */
export const plannedEffects = (lock: Lock, holder: Holder): PlannedEffect[] =>
  lock.votes.map((vote) => ({ node: vote.node, ...effect(vote, holder) }))

function effect(vote: Vote, holder: Holder): Omit<PlannedEffect, 'node'> {
  switch (vote.vote) {
    case 'holder':
      return vote.tokenDigest === holder.tokenDigest
        ? {
            effect: 'delete',
            sees: vote.label,
            tokenDigest: vote.tokenDigest,
            says: 'deleted, if it still is this hold',
          }
        : {
            effect: 'leave',
            sees: vote.label,
            tokenDigest: vote.tokenDigest,
            says: 'left alone: another holder is there',
          }
    case 'empty':
      return { effect: 'leave', sees: null, tokenDigest: null, says: 'nothing to do: it is not held there' }
    case 'quarantined':
      return { effect: 'leave', sees: null, tokenDigest: null, says: 'nothing to do: it does not vote yet' }
    case 'no-answer':
      return {
        effect: 'out-of-reach',
        sees: null,
        tokenDigest: null,
        says: 'gives no answer: what it has stays until it ends by itself',
      }
  }
}
