import type { Command, Item, Line } from './line.ts'
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

const DONE = Promise.resolve()

export function askAll<C extends Command>(
  lines: readonly Line[],
  command: C,
  item: Item<C>,
  withinMs: number,
): Promise<Round> {
  const [only] = lines
  if (only && lines.length === 1) return askOne(only, command, item, withinMs)
  return new Promise((resolve) => {
    let completed = () => {}
    const complete = new Promise<void>((done) => {
      completed = done
    })
    let open = lines.length
    let decision: Decision | null = null
    const heard = () => {
      open -= 1
      decision ??= decide(tallyOf(ballots.map((ballot) => ballot.answer)))
      if (decision) resolve({ sentAt: ballots[0]?.sentAt ?? 0, decision, ballots, complete })
      if (open === 0) completed()
    }
    const ballots: Ballot[] = lines.map((line) => line.send(command, item, withinMs, heard))
  })
}

/** A lone node decides by its only answer. */
function askOne<C extends Command>(line: Line, command: C, item: Item<C>, withinMs: number): Promise<Round> {
  return new Promise((resolve) => {
    line.send(command, item, withinMs, (ballot) => {
      const decision = decide(tallyOf([ballot.answer])) ?? 'no-quorum'
      resolve({ sentAt: ballot.sentAt, decision, ballots: [ballot], complete: DONE })
    })
  })
}
