import type { FindingRule } from './rule.ts'

/** A new leader lets every lease begin anew: for a while a dead holder looks alive. */
export const leaseRefilled: FindingRule = {
  id: 'W15',
  name: 'lease-refilled',
  looksFor: 'members that do not agree on their leader',
  find({ backend, known }) {
    const leaders = new Set(known.flatMap(({ raft }) => raft?.leader ?? []))
    if (backend.kind !== 'etcd' || leaders.size < 2) return []
    return [
      {
        severity: 'note',
        node: null,
        says: 'Its leader changes: leases begin anew, so that a dead holder keeps its lock for up to one TTL longer.',
        evidence: [...leaders].map((leader) => `${leader} is called the leader`),
        suggests: 'Read what is left as “at least”',
      },
    ]
  },
}
