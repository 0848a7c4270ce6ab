import type { Answer, LockNode } from './node.ts'

/** What one node said when it was asked, as it may be shown. */
export interface Vote {
  node: string
  outcome: Answer['outcome']
  /** A `Refusal`, or why nothing is known; null when granted. */
  why: string | null
  holder: string | null
  remainingMs: number | null
}

/** One command to one node. `answer` is null while it is awaited, `unknown` after the deadline, and late ones replace it. */
export interface Ballot {
  readonly node: LockNode
  readonly sentAt: number
  readonly withinMs: number
  answer: Answer | null
  /** The node itself has answered, or certainly never got it: nothing more can come of this. */
  settled: boolean
}

export function voteOf({ node, answer }: Ballot): Vote {
  const base = { node: node.id, holder: null, remainingMs: null }
  if (!answer) return { ...base, outcome: 'unknown', why: 'not waited for' }
  if (answer.outcome === 'granted') return { ...base, outcome: 'granted', why: null }
  if (answer.outcome === 'unknown') return { ...base, outcome: 'unknown', why: answer.why }
  const { why, holder, remainingMs } = answer
  return { ...base, outcome: 'refused', why, holder, remainingMs }
}

/** Whether the node may hold what was asked for, now or later. */
export const mayHold = ({ answer, settled }: Ballot): boolean => !settled || answer?.outcome === 'granted'
