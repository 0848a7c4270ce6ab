import type { FindingRule } from './rule.ts'

export const singlePoint: FindingRule = {
  id: 'W1',
  name: 'single-point',
  looksFor: 'one server without a copy',
  find({ backend, voters, known }) {
    const [only] = known
    if (backend.kind === 'etcd') {
      const members = only?.raft?.members
      if (members !== 1) return []
    } else if (backend.kind !== 'redis' || voters.length !== 1) return []
    else if (backend.nodes.length > 1 || only?.clustered || hasReplicas(only?.replication)) return []
    if (!only) return []
    return [
      {
        severity: 'note',
        node: only.name,
        says: 'It is one server without a copy: while it is down nobody gets a lock.',
        evidence: [backend.kind === 'etcd' ? 'a cluster of 1 member' : 'no replica is connected'],
        suggests: 'Accept it for what may stand still, or use several servers',
      },
    ]
  },
}

const hasReplicas = (replication: string | null | undefined): boolean =>
  /^\d+ replica/.test(replication ?? '')
