import type { Attempt } from './attempt.ts'
import type { Hold } from './hold.ts'
import type { Refusal } from './node.ts'
import type { Wish } from './request.ts'
import { type Vote, votesOf } from './vote.ts'
import { failureOf, isFinal } from './waiting.ts'

/** What came of asking once. */
export type Tried =
  | { granted: true; hold: Hold }
  | {
      granted: false
      why: Refusal
      holder: string | null
      /** What the one who froze it said. */
      message: string | null
      votes: readonly Vote[]
      allVotes: Promise<readonly Vote[]>
    }

/** That somebody else has it is an answer; trouble is thrown. */
export function toTried(wish: Wish, tried: Attempt): Tried {
  if (tried.outcome === 'granted') return { granted: true, hold: tried.hold }
  if (tried.outcome === 'trouble' || isFinal(tried)) throw failureOf(wish, tried)
  const { ballots, complete } = tried.asked
  const { why, holder, message } = tried.refused
  const allVotes = complete.then(() => votesOf(ballots))
  return { granted: false, why, holder, message, votes: votesOf(ballots), allVotes }
}
