import type { History } from '../history.ts'
import { acceptsOf, groupBy, type Span, spansByKey, spansOf } from '../spans.ts'
import type { Violation } from './violation.ts'

/**
 * O2: a resource took a write of a hold after a write of a hold that was granted later. The order of grants is that of
 * time, not of fences: the guard itself compares those, so that they could not show it wrong. Holders of a semaphore have
 * no order.
 */
export function lateAccepts(history: History, guarded: boolean): Violation[] {
  const grants = new Map(spansOf(history).map((span) => [span.hold, span]))
  const found: Violation[] = []
  for (const [key, accepts] of groupBy(acceptsOf(history, guarded), (entry) => entry.key)) {
    let latest: Span | null = null
    for (const { at, hold, value } of accepts) {
      const writer = grants.get(hold)
      if (writer && writer.permits > 1) continue
      if (!writer) {
        found.push({ key, at, says: `${value} was written by ${hold}, which was never granted` })
        continue
      }
      if (latest && writer.grantedAt < latest.grantedAt)
        found.push({
          key,
          at,
          says: `${value} of ${hold} was taken after a write of the later ${latest.hold}`,
        })
      // A grant that was worth nothing any more when it was told has no place in the order.
      else if (writer.endsAt > writer.grantedAt) latest = writer
    }
  }
  return found
}

/** The other half of O2: no two holds of a key have the same fence. */
export function sharedFences(history: History): Violation[] {
  const found: Violation[] = []
  for (const [key, spans] of spansByKey(history)) {
    const seen = new Map<string, Span>()
    for (const span of spans) {
      if (span.fence === null) continue
      const other = seen.get(span.fence)
      if (other)
        found.push({ key, at: span.grantedAt, says: `${other.hold} and ${span.hold} have one fence` })
      seen.set(span.fence, span)
    }
  }
  return found
}
