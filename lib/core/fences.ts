import type { Clock } from './clock.ts'
import { majorityOf } from './quorum.ts'
import type { Ballot } from './vote.ts'

/** Fences of a quorum: microseconds, proposed by the client and raised by whoever has seen a higher one. */
export interface Fences {
  propose(): string
  saw(fence: string): void
}

export function createFences(clock: Clock): Fences {
  let highest = 0
  return {
    propose() {
      highest = Math.max(highest + 1, Math.floor(clock.wall() * 1_000))
      return String(highest)
    },
    saw(fence) {
      highest = Math.max(highest, Number(fence))
    },
  }
}

export interface Agreed {
  fence: string
  /** A majority has it stored: any later majority contains a node that will answer more. */
  stored: boolean
}

/** What those who granted make of a proposal: that, if a majority took it; otherwise the highest, to be written back. */
export function agreeOn(proposal: string, ballots: readonly Ballot[]): Agreed {
  let took = 0
  let highest = Number(proposal)
  for (const { answer } of ballots) {
    if (answer?.outcome !== 'granted' || answer.fence === null) continue
    if (answer.fence === proposal) took += 1
    highest = Math.max(highest, Number(answer.fence))
  }
  if (took >= majorityOf(ballots.length)) return { fence: proposal, stored: true }
  return { fence: String(highest), stored: false }
}
