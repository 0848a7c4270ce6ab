import type { Answer, Ask } from '../../core/node.ts'
import { SILENT_MS } from './connect.ts'
import type { Link } from './link.ts'
import { CommandFailed, messageOf } from './trouble.ts'

/** A connection that waits is not cut. */
const LONGEST_WAIT_MS = SILENT_MS - 1_000

/**
 * Turns what was granted into a refusal where too few replicas have it. The connection must be the one that asked: it
 * waits for what was written over itself.
 */
export async function countReplicas(
  { client }: Link,
  asks: readonly Ask[],
  answers: readonly Answer[],
  until: number,
): Promise<Answer[]> {
  if (answers.every(({ outcome }) => outcome !== 'granted')) return [...answers]
  const most = Math.max(...asks.map(({ minReplicas }) => minReplicas))
  // The answer has to come back in time, too, also on a busy machine.
  const left = 0.5 * (until - performance.now())
  const waitMs = Math.round(Math.min(LONGEST_WAIT_MS, Math.max(1, left)))
  const counted = await client.wait(most, waitMs).catch(messageOf)
  return answers.map((answer, at) => {
    if (answer.outcome !== 'granted') return answer
    if (typeof counted === 'string') return new CommandFailed(counted, true).answer
    return counted >= (asks[at]?.minReplicas ?? 0) ? answer : tooFew
  })
}

const tooFew: Answer = {
  outcome: 'refused',
  why: 'replicas',
  holder: null,
  place: null,
  remainingMs: null,
}
