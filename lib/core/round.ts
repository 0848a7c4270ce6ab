import type { Clock } from './clock.ts'
import type { Answer, LockNode } from './node.ts'
import { type Decision, decide, tallyOf } from './quorum.ts'
import type { Ballot } from './vote.ts'

/** One question to all nodes at once, decided as soon as a majority for or against is in. */
export interface Round {
  readonly sentAt: number
  readonly decision: Decision
  readonly ballots: readonly Ballot[]
  /** Every node has answered, or its deadline has passed. Never rejects. */
  readonly complete: Promise<void>
}

export async function askAll(
  nodes: readonly LockNode[],
  ask: (node: LockNode) => Promise<Answer[]>,
  clock: Clock,
  withinMs: number,
  givenUp?: AbortSignal,
): Promise<Round> {
  const sentAt = clock.now()
  const over = new AbortController()
  const enough = givenUp ? AbortSignal.any([over.signal, givenUp]) : over.signal
  const deadline = clock.sleep(withinMs, enough)
  const ballots: Ballot[] = []
  let decision: Decision | null = null
  let settle = (_: Decision): void => {}
  const decided = new Promise<Decision>((resolve) => {
    settle = resolve
  })
  const look = () => {
    if (decision || ballots.length < nodes.length) return
    decision = decide(tallyOf(ballots.map((ballot) => ballot.answer)))
    if (decision) settle(decision)
  }
  const each = nodes.map((node) => {
    const ballot: Ballot = { node, sentAt, withinMs, answer: null, settled: false }
    ballots.push(ballot)
    const answered = answerOf(() => ask(node)).then((answer) => {
      ballot.answer = answer
      ballot.settled = answer.outcome !== 'unknown' || !answer.maybeDone
    })
    const silent = deadline.then(() => {
      ballot.answer ??= { outcome: 'unknown', why: `no answer within ${withinMs} ms`, maybeDone: true }
    })
    return Promise.race([answered, silent]).then(look)
  })
  const complete = Promise.all(each).then(() => over.abort())
  return { sentAt, decision: await decided, ballots, complete }
}

async function answerOf(asking: () => Promise<Answer[]>): Promise<Answer> {
  try {
    const [answer] = await asking()
    return answer ?? { outcome: 'unknown', why: 'an empty answer', maybeDone: true }
  } catch (error) {
    return {
      outcome: 'unknown',
      why: error instanceof Error ? error.message : String(error),
      maybeDone: true,
    }
  }
}
