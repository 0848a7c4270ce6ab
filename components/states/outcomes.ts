import type { NodeOutcome } from '@/lib/fleet/plan.ts'
import type { Said } from './looks.ts'

/** What an act came to on one node. */
export const OUTCOMES: Record<NodeOutcome['outcome'], Said> = {
  freed: { look: 'forced', word: 'freed' },
  'already-gone': { look: 'free', word: 'already gone' },
  'other-holder': { look: 'held', word: 'other holder' },
  unreachable: { look: 'unknown', word: 'no answer' },
  unknown: { look: 'unknown', word: 'not known' },
  left: { look: 'free', word: 'left alone' },
}
