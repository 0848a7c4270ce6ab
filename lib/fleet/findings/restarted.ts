import { duration } from '../verdicts/words.ts'
import type { FindingRule, Found } from './rule.ts'

/** Where nobody said how long a hold may last. */
const USUAL_MAX_MS = 60_000

/** A voter that lost its memory may help a second client to a majority while the first still holds. */
export const restarted: FindingRule = {
  id: 'W7',
  name: 'restarted',
  looksFor: 'voters that restarted or lost their memory a short time ago',
  find({ backend, known, voters }) {
    if (backend.kind !== 'redlock' && backend.kind !== 'redis') return []
    const longest = backend.maxTtlMs ?? USUAL_MAX_MS
    return known.flatMap((node): Found[] => {
      if (!voters.includes(node)) return []
      if (node.quarantinedMs !== null)
        return [
          {
            name: 'quarantined',
            severity: 'note',
            node: node.name,
            says: `It lost its memory: its votes do not count for ${duration(node.quarantinedMs)} more.`,
            evidence: uptimeOf(node.uptimeMs),
            suggests: 'Nothing to do for locks of ours; other libraries do not wait',
          },
        ]
      if (node.uptimeMs === null || node.uptimeMs >= longest) return []
      if (node.persistence?.appendOnly === true) return []
      return [
        {
          severity: 'risk',
          node: node.name,
          says: `It restarted ${duration(node.uptimeMs)} ago: clients that held a lock may not be alone any more.`,
          evidence: [...uptimeOf(node.uptimeMs), `a hold may last ${duration(longest)}`],
          suggests: `Keep it out until it is up for ${duration(longest)}`,
        },
      ]
    })
  },
}

const uptimeOf = (ms: number | null): string[] => (ms === null ? [] : [`up for ${duration(ms)}`])
