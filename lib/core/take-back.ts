import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { Answer, HoldRef, LockNode } from './node.ts'
import { majorityOf } from './quorum.ts'
import { askAll } from './round.ts'
import { type Ballot, mayHold } from './vote.ts'

interface Patience {
  clock: Clock
  background: Background
  withinMs: number
  /** Until when a renewal of it may have been carried out. */
  renewedUntil?: number
}

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1_000

/**
 * Releases a token on every node that may hold it. Resolves when `enough` of them have acknowledged or the deadline has
 * passed; whoever was silent is asked again in the background, until it acknowledges or the TTL has run out there.
 */
export async function takeBack(
  ref: HoldRef,
  ballots: readonly Ballot[],
  means: Patience,
  enough: 'majority' | 'all' = 'all',
): Promise<void> {
  const open = byNode(ballots).filter(([, sent]) => sent.some(mayHold))
  if (open.length === 0) return
  const needed = enough === 'all' ? open.length : Math.min(open.length, majorityOf(byNode(ballots).length))
  let acknowledged = 0
  let tried = 0
  await new Promise<void>((resolve) => {
    for (const [node, sent] of open) {
      const task = untilGone(node, ref, sent, means, (answered) => {
        tried += 1
        if (answered) acknowledged += 1
        if (acknowledged >= needed || tried === open.length) resolve()
      })
      means.background.run(task)
    }
  })
}

/** Repeats the release. An acknowledgement counts once nothing that was sent before can still be carried out. */
async function untilGone(
  node: LockNode,
  ref: HoldRef,
  sent: readonly Ballot[],
  { clock, background, withinMs, renewedUntil = 0 }: Patience,
  onFirst: (answered: boolean) => void,
): Promise<void> {
  const over = AbortSignal.any([background.over])
  const lastPossible = Math.max(...sent.map((ballot) => ballot.sentAt + ballot.withinMs))
  const runsOutAt = Math.max(lastPossible, renewedUntil) + ref.ttlMs
  for (let pauseMs = FIRST_PAUSE_MS, first = true; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const calm = sent.every((ballot) => ballot.settled) || clock.now() >= lastPossible
    const round = await askAll([node], (one) => one.release([ref]), clock, withinMs, over)
    const answered = isAcknowledged(round.ballots[0]?.answer ?? null)
    if (first) onFirst(answered)
    first = false
    if (answered && calm) return
    if (over.aborted || clock.now() > runsOutAt) return
    await clock.sleep(pauseMs, over)
    if (over.aborted) return
  }
}

const isAcknowledged = (answer: Answer | null): boolean => answer !== null && answer.outcome !== 'unknown'

function byNode(ballots: readonly Ballot[]): [LockNode, Ballot[]][] {
  const groups = new Map<LockNode, Ballot[]>()
  for (const ballot of ballots) groups.set(ballot.node, [...(groups.get(ballot.node) ?? []), ballot])
  return [...groups]
}
