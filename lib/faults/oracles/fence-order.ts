import type { History } from '../history.ts'
import { type Span, spansByKey } from '../spans.ts'
import type { Violation } from './violation.ts'

/** O4: whoever asked after another was granted has the larger fence. */
export function fenceDisorder(history: History): Violation[] {
  const found: Violation[] = []
  for (const [key, spans] of spansByKey(history)) {
    const fenced = spans.filter(({ fence }) => fence !== null)
    const byAsking = [...fenced].sort((a, b) => a.askedAt - b.askedAt)
    let granted = 0
    let largest: Span | null = null
    for (const later of byAsking) {
      for (
        let earlier = fenced[granted];
        earlier && earlier.grantedAt < later.askedAt;
        earlier = fenced[granted]
      ) {
        if (!largest || fenceOf(earlier) > fenceOf(largest)) largest = earlier
        granted += 1
      }
      if (largest && fenceOf(later) <= fenceOf(largest)) {
        const says = `${later.hold} has fence ${later.fence} after ${largest.hold} had ${largest.fence}`
        found.push({ key, at: later.grantedAt, says })
      }
    }
  }
  return found
}

const fenceOf = ({ fence }: Span): bigint => BigInt(fence ?? 0)
