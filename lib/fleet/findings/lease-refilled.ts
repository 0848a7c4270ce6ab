import { duration } from '../verdicts/words.ts'
import type { FindingRule, Found, Looked } from './rule.ts'
import { listed } from './words.ts'

/** Where nobody said how long a hold may last. */
const USUAL_MAX_MS = 60_000

/** A new leader lets every lease begin anew: for a while a dead holder looks alive. */
export const leaseRefilled: FindingRule = {
  id: 'W15',
  name: 'lease-refilled',
  looksFor: 'a leader that changed a short time ago, and members that do not agree on it',
  find(looked) {
    if (looked.backend.kind !== 'etcd') return []
    const evidence = disagreeing(looked) ?? changed(looked)
    return evidence === null ? [] : [{ ...SAYS, evidence }]
  },
}

const SAYS: Omit<Found, 'evidence'> = {
  severity: 'note',
  node: null,
  says: 'Its leader changed: leases begin anew, so that a dead holder keeps its lock for up to one TTL longer.',
  suggests: 'Read what is left as “at least”',
}

function disagreeing({ known }: Looked): string[] | null {
  const leaders = new Set(known.flatMap(({ raft }) => raft?.leader ?? []))
  return leaders.size < 2 ? null : [...leaders].map((leader) => `${leader} is called the leader`)
}

/** After the longest hold every lease was renewed by somebody who lives, or has ended. */
function changed({ backend, known, now }: Looked): string[] | null {
  const times = known.flatMap(({ termSince }) => (termSince ? Date.parse(termSince) : []))
  const agoMs = now - Math.max(...times)
  if (times.length === 0 || agoMs > (backend.maxTtlMs ?? USUAL_MAX_MS)) return null
  const leaders = [...new Set(known.flatMap(({ raft }) => raft?.leader ?? []))]
  const terms = [...new Set(known.flatMap(({ term }) => term ?? []))]
  return [
    `the term changed ${duration(agoMs)} ago`,
    ...(leaders.length > 0 ? [`${listed(leaders)} is the leader in term ${listed(terms)}`] : []),
  ]
}
