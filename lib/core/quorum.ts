import type { Answer } from './node.ts'

/** More than half: any two majorities share a node. */
export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1

/** Answers by kind. Who has not answered yet is in none of them; who gave no answer in time is `unknown`. */
export interface Tally {
  of: number
  granted: number
  refused: number
  quarantined: number
  unknown: number
}

export type Decision = 'granted' | 'refused' | 'quarantined' | 'no-quorum'

export function tallyOf(answers: readonly (Answer | null)[]): Tally {
  const tally = { of: answers.length, granted: 0, refused: 0, quarantined: 0, unknown: 0 }
  for (const answer of answers) {
    if (!answer) continue
    if (answer.outcome !== 'refused') tally[answer.outcome] += 1
    else if (answer.why === 'quarantined') tally.quarantined += 1
    else tally.refused += 1
  }
  return tally
}

/**
 * Decides as soon as a majority for or against is in; null before. Trouble is said last, when everybody answered or had
 * their time, so that it can be said in full.
 */
export function decide({ of, granted, refused, quarantined, unknown }: Tally): Decision | null {
  const majority = majorityOf(of)
  const blocking = of - majority + 1
  if (granted >= majority) return 'granted'
  if (refused >= blocking) return 'refused'
  if (granted + refused + quarantined + unknown < of) return null
  return refused + quarantined >= blocking ? 'quarantined' : 'no-quorum'
}
