import { duration } from '../verdicts/words.ts'
import type { Found, Looked } from './rule.ts'

/** A TTL is renewed at a third of it; so many answers, as slow as one in a hundred is, should fit into the next third. */
const ANSWERS = 5

/** TTLs so short that a few slow answers end them. */
export function tooShort({ known, locks: { shortest } }: Looked): Found[] {
  const slowest = Math.max(0, ...known.map(({ latencyMs }) => latencyMs?.p99 ?? 0))
  const least = 3 * ANSWERS * slowest
  if (shortest === null || shortest.ttlMs >= least) return []
  return [
    {
      name: 'too-short',
      severity: 'risk',
      node: null,
      says: `A TTL of ${short(shortest.ttlMs)} is too short here: a few slow answers, and a holder that lives loses its lock.`,
      evidence: [
        `${shortest.name} has the shortest TTL`,
        `one answer in a hundred takes ${short(slowest)} or more`,
      ],
      suggests: `Use TTLs of ${short(least)} or more`,
    },
  ]
}

const short = (ms: number): string => (ms < 1_000 ? `${Math.ceil(ms)} ms` : duration(ms))
