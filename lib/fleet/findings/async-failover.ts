import type { FindingRule } from './rule.ts'

/** Replicas copy late: whoever is promoted may never have heard of the newest locks. */
export const asyncFailover: FindingRule = {
  id: 'W2',
  name: 'async-failover',
  looksFor: 'a failover that can lose the newest locks',
  find({ backend, voters, known }) {
    if (backend.kind !== 'redis') return []
    const primaries = known.filter(
      (node) => voters.includes(node) && /^\d+ replica/.test(node.replication ?? ''),
    )
    if (primaries.length === 0) return []
    return [
      {
        severity: 'risk',
        node: null,
        says: 'A failover can lose the newest locks, and then two clients hold the same one.',
        evidence: primaries.map(({ name, replication }) => `${name}: ${replication}`),
        suggests: 'Check fences where it matters, or ask for copies when acquiring (minReplicas)',
      },
    ]
  },
}
