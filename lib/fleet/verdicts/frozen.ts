import type { Rule } from './rule.ts'
import { timeOfDay, waitingClause, waitingCount } from './words.ts'

/** Somebody decided that nobody is granted it for now. */
export const frozen: Rule = {
  id: 'frozen',
  judge(lock) {
    const { gate } = lock
    if (gate?.state !== 'frozen') return null
    return {
      severity: waitingCount(lock) > 0 ? 'risk' : 'note',
      says: `Frozen ${gate.by ? `by ${gate.by} ` : ''}until ${timeOfDay(gate.until)}${gate.message ? `: ${gate.message}` : '.'}`,
      evidence: [
        lock.holders.length > 0 ? 'whoever holds it holds on' : 'nobody holds it',
        ...waitingClause(lock),
      ],
      suggests: 'look',
    }
  },
}
