import type { Rule } from './rule.ts'
import { duration, timeOfDay, waitingClause } from './words.ts'

/** Released by somebody else: the next one waits until the old holder's time is over. */
export const heldBack: Rule = {
  id: 'held-back',
  judge(lock, now) {
    const { gate } = lock
    if (gate?.state !== 'held-back') return null
    return {
      severity: 'note',
      says: 'Nobody is granted it until its last holder has surely noticed.',
      evidence: [
        `held back until ${timeOfDay(gate.until)}, ${duration(Date.parse(gate.until) - now)} more`,
        ...waitingClause(lock),
      ],
      suggests: 'look',
    }
  },
}
