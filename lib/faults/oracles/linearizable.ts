import type { History } from '../history.ts'
import { groupBy } from '../spans.ts'
import { findOrder, type Operation } from './find-order.ts'
import type { Violation } from './violation.ts'

interface LinearizableOptions {
  /** Whether a refusal proves that somebody held: on a quorum the votes of several losers refuse all of them. */
  refusalsProve: boolean
}

/** O5: there is an order of the operations on each key in which a lock, or a semaphore, would have answered the same. */
export function notLinearizable(history: History, options: LinearizableOptions): Violation[] {
  const found: Violation[] = []
  for (const [key, entries] of groupBy(history, (entry) => entry.key)) {
    if (!key) continue
    const operations = operationsOf(entries, options)
    const stuck = findOrder(operations)
    if (stuck) found.push({ key, at: stuck.from, says: `no order of operations allows "${stuck.says}"` })
  }
  return found
}

/** Who holds, sorted and joined by blanks. */
type Holders = string

function operationsOf(entries: History, { refusalsProve }: LinearizableOptions): Operation[] {
  const permits = Math.max(1, ...entries.map((entry) => entry.permits ?? 1))
  const operations: Operation[] = []
  for (const [hold, own] of groupBy(entries, (entry) => entry.hold)) {
    const asked = own.find(({ op, stage }) => op === 'acquire' && stage === 'invoke')
    if (!hold || !asked) continue
    const told = own.find(({ op, stage }) => op === 'acquire' && stage !== 'invoke')
    if (told?.stage === 'fail') {
      if (refusalsProve && told.detail === 'held') operations.push(refusal(hold, asked.at, told.at, permits))
      continue
    }
    const isGranted = told?.stage === 'ok'
    operations.push(grant(hold, asked.at, isGranted ? told.at : Number.POSITIVE_INFINITY, permits))
    operations.push(ending(hold, own, isGranted))
  }
  return operations
}

const countOf = (holders: Holders): number => (holders === '' ? 0 : holders.split(' ').length)

const grant = (hold: string, from: number, to: number, permits: number): Operation => ({
  ...{ says: `${hold} is granted`, from, to },
  apply: (holders) =>
    countOf(holders) < permits ? `${holders} ${hold}`.trim().split(' ').sort().join(' ') : null,
})

const refusal = (hold: string, from: number, to: number, permits: number): Operation => ({
  ...{ says: `${hold} is refused`, from, to },
  apply: (holders) => (countOf(holders) >= permits ? holders : null),
})

/**
 * Lets go, or runs out: not before the holder has let go or stopped believing, and perhaps never seen. Whoever does not
 * know whether it was granted may have lost it again at any time.
 */
function ending(hold: string, own: History, isGranted: boolean): Operation {
  const believed = own.filter(({ op, stage }) => (op === 'acquire' || op === 'renew') && stage === 'ok')
  const over = own.filter(
    ({ op, stage }) => op === 'lost' || op === 'force' || (op === 'release' && stage === 'invoke'),
  )
  const released = own.find(({ op, stage }) => op === 'release' && stage === 'ok')
  const runsOut = Math.max(...believed.map(({ until }) => until ?? Number.POSITIVE_INFINITY))
  return {
    says: `${hold} ends`,
    from: isGranted ? Math.min(runsOut, ...over.map(({ at }) => at)) : Number.NEGATIVE_INFINITY,
    to: released?.at ?? Number.POSITIVE_INFINITY,
    apply: (holders) =>
      holders.split(' ').includes(hold)
        ? holders
            .split(' ')
            .filter((each) => each !== hold)
            .join(' ')
        : null,
  }
}
