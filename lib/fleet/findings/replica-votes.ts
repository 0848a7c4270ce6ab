import type { FindingRule } from './rule.ts'

export const replicaVotes: FindingRule = {
  id: 'W5',
  name: 'replica-votes',
  looksFor: 'replicas or shares of a cluster that vote in a quorum',
  find({ backend, known, voters }) {
    if (backend.kind !== 'redlock') return []
    return voters.flatMap((node) => {
      if (!known.includes(node)) return []
      if (node.role === 'replica')
        return [
          {
            severity: 'alarm' as const,
            node: node.name,
            says: 'It is a replica: what it says is a copy, and what is written to it is refused or lost.',
            evidence: [node.replication ?? 'role replica'],
            suggests: 'Name its primary instead, or make it independent',
          },
        ]
      if (node.clustered !== true) return []
      return [
        {
          name: 'cluster-votes',
          severity: 'alarm' as const,
          node: node.name,
          says: 'It is a share of a Redis Cluster: it keeps only some names and sends others away.',
          evidence: ['cluster mode is on'],
          suggests: 'Use a server of its own, or the cluster as one backend',
        },
      ]
    })
  },
}
