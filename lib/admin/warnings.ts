import type { Holder, Lock } from '../fleet/lock.ts'
import type { PlannedEffect } from '../fleet/plan.ts'
import type { Liveness } from './liveness.ts'

/** What an operator should know before a release, in plain words. */
export function warnings(
  lock: Lock,
  holder: Holder,
  alive: Liveness,
  effects: readonly PlannedEffect[],
): string[] {
  const silent = effects.filter(({ effect }) => effect === 'out-of-reach').length
  const without = effects.length - silent
  return [
    `The code of ${holder.label} is not stopped by this. Until it notices, it and the next holder may both be at work.`,
    alive === 'alive' &&
      `${holder.label} shows signs of life: somebody is very likely at work under this lock.`,
    alive === 'unknown' && `Whether ${holder.label} is alive can't be told from what the store has.`,
    holder.remainingIs === 'none' && 'It has no TTL: it would not have ended by itself.',
    holder.fence === null &&
      "It carries no fence: what it protects can't tell late writes of the old holder from those of the next.",
    !lock.waiters.known &&
      'This library leaves no trace of its waiters: who gets the lock next is not known.',
    silent > 0 && `${silent} of ${effects.length} nodes give no answer and keep what they have.`,
    without < lock.quorum.needed &&
      `That leaves fewer than ${lock.quorum.needed} nodes free: nobody may be able to take it until the others answer.`,
  ].filter((warning) => warning !== false)
}
