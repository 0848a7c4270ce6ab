import type { Rule } from './rule.ts'

/** Its fence is lower than one that was given before: guards refuse its writes, or take those of an older hold. */
export const fenceWentDown: Rule = {
  id: 'fence-went-down',
  judge(lock) {
    if (!lock.fenceBefore) return null
    const fence = lock.holders.find((holder) => holder.fence !== null)?.fence
    return {
      severity: 'alarm',
      says: 'Its fence went down: whoever checks fences refuses its holder, or takes the writes of an older one.',
      evidence: [
        ...(fence ? [`fence ${fence} now`] : []),
        `${lock.fenceBefore} was seen before`,
        'the store lost data or was put back to an older copy',
      ],
      suggests: 'look',
    }
  },
}
