import type { Lock } from '../fleet/lock.ts'
import type { Applied, NodeOutcome, PlannedEffect } from '../fleet/plan.ts'

type Result = Pick<Applied, 'result' | 'says'>

interface NodeResult {
  planned: PlannedEffect['effect']
  came: NodeOutcome
}

/**
 * What came of a release. A lock is freed only when so many nodes are known to be without the hold as a grant needs. A node
 * that was left as planned never had it; one that was left although it should have been freed still does.
 */
export function outcome(lock: Lock, nodes: readonly NodeResult[]): Result {
  const all = nodes.map(({ came }) => came)
  const count = (...kinds: NodeOutcome['outcome'][]) =>
    all.filter((node) => kinds.includes(node.outcome)).length
  const freed = count('freed')
  const without = nodes.filter(isWithout).length
  const { needed } = lock.quorum
  if (without >= needed && freed > 0) {
    return { result: 'freed', says: `Freed${ofNodes(without, all.length)}.${rest(all)}` }
  }
  if (without >= needed)
    return { result: 'nothing', says: 'There was nothing left to free: the hold had ended.' }
  if (without + count('unknown') >= needed) {
    return {
      result: 'unknown',
      says: `Not every node told what came of it.${rest(all)} Look at the lock again.`,
    }
  }
  if (freed > 0) {
    return {
      result: 'partly',
      says: `Freed on ${freed} of ${all.length} nodes; ${needed} must be free before it can be taken.${rest(all)}`,
    }
  }
  return { result: 'nothing', says: `Nothing was freed.${rest(all)}` }
}

const isWithout = ({ planned, came }: NodeResult): boolean =>
  ['freed', 'already-gone', 'other-holder'].includes(came.outcome) || planned === 'leave'

const ofNodes = (some: number, all: number): string => (all === 1 ? '' : ` on ${some} of ${all} nodes`)

function rest(nodes: readonly NodeOutcome[]): string {
  const silent = nodes.filter(({ outcome }) => outcome === 'unreachable' || outcome === 'unknown')
  if (silent.length === 0) return ''
  const names = silent.map(({ node }) => node).join(', ')
  return ` No answer from ${names}: what ${silent.length === 1 ? 'it has' : 'they have'} ends with its TTL.`
}
