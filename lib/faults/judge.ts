import type { History } from './history.ts'
import { fenceDisorder } from './oracles/fence-order.ts'
import { lateAccepts, sharedFences } from './oracles/late-accept.ts'
import { notLinearizable } from './oracles/linearizable.ts'
import { lostUpdates } from './oracles/lost-update.ts'
import { overlaps } from './oracles/overlap.ts'
import type { Violation } from './oracles/violation.ts'
import type { Resource } from './resource.ts'
import { spansOf } from './spans.ts'

/** What the oracles say about one history. */
export interface Judgement {
  grants: number
  /** Writes that the guard took, and that it refused. */
  guardedWrites: number
  refusedWrites: number
  /** O1 */
  overlaps: Violation[]
  /** O2, with the guard, and what it would have been without. */
  lateWrites: Violation[]
  lateWritesUnguarded: Violation[]
  sharedFences: Violation[]
  /** O3 */
  lostUpdates: Violation[]
  /** O4 */
  fenceDisorder: Violation[]
  /** O5 */
  notLinearizable: Violation[]
}

/** `refusalsProve`: see O5. */
export function judge(history: History, resource: Resource, refusalsProve: boolean): Judgement {
  return {
    grants: spansOf(history).length,
    guardedWrites: history.filter((entry) => entry.op === 'accept' && entry.guarded).length,
    refusedWrites: history.filter(({ op, stage }) => op === 'write' && stage === 'fail').length,
    overlaps: overlaps(history),
    lateWrites: lateAccepts(history, true),
    lateWritesUnguarded: lateAccepts(history, false),
    sharedFences: sharedFences(history),
    lostUpdates: lostUpdates(history, resource.contents(true)),
    fenceDisorder: fenceDisorder(history),
    notLinearizable: notLinearizable(history, { refusalsProve }),
  }
}

/** Must be empty in every test where holders use their fences, whatever breaks. */
export const unforgivable = (judgement: Judgement): Violation[] => [
  ...judgement.lateWrites,
  ...judgement.sharedFences,
  ...judgement.lostUpdates,
  ...judgement.fenceDisorder,
]

/** Must be empty as well where the engine excludes. */
export const excluding = (judgement: Judgement): Violation[] => [
  ...unforgivable(judgement),
  ...judgement.overlaps,
  ...judgement.notLinearizable,
]
