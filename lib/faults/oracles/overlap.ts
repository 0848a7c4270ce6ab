import type { History } from '../history.ts'
import { type Span, spansByKey } from '../spans.ts'
import type { Violation } from './violation.ts'

/** O1: more believe that they hold a key at one moment than may. One violation for each grant that was too many. */
export function overlaps(history: History): Violation[] {
  const found: Violation[] = []
  for (const [key, spans] of spansByKey(history)) {
    let holding: Span[] = []
    for (const span of spans) {
      holding = holding.filter(({ endsAt }) => endsAt > span.grantedAt)
      if (span.endsAt <= span.grantedAt) continue
      if (holding.length >= span.permits) {
        const others = holding.map(({ hold }) => hold).join(', ')
        const longest = Math.max(...holding.map(({ endsAt }) => endsAt)) - span.grantedAt
        const says = `${span.hold} was granted while ${others} still held, for ${longest.toFixed(1)} ms more`
        found.push({ key, at: span.grantedAt, says })
      }
      holding.push(span)
    }
  }
  return found
}
