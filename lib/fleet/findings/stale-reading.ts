import { duration } from '../verdicts/words.ts'
import type { FindingRule } from './rule.ts'

/** A sweep comes every ten seconds or so where changes are not pushed; big stores take longer. */
const OLD_MS = 120_000

export const staleReading: FindingRule = {
  id: 'W22',
  name: 'stale-reading',
  looksFor: 'backends whose locks were not read for long',
  find({ backend, now }) {
    if (backend.trouble)
      return [
        {
          name: 'not-readable',
          severity: 'risk',
          node: null,
          says: 'Nothing can be read of it: what is shown is the last that was known.',
          evidence: [backend.trouble],
          suggests: 'See whether its addresses, its password and its rights are right',
        },
      ]
    if (backend.sweptAt === null) return []
    const ageMs = now - Date.parse(backend.sweptAt)
    if (ageMs < OLD_MS) return []
    return [
      {
        severity: 'note',
        node: null,
        says: `It was last read in full ${duration(ageMs)} ago: what changed unseen since then is not shown.`,
        evidence: [
          backend.reading === 'pushed' ? 'changes are pushed meanwhile' : 'changes are found by reading',
        ],
        suggests: 'Raise the budget of commands for it, or look at its nodes',
      },
    ]
  },
}
