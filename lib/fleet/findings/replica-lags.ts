import type { FindingRule } from './rule.ts'
import { bytes } from './words.ts'

const FAR_BYTES = 1_000_000

export const replicaLags: FindingRule = {
  id: 'W19',
  name: 'replica-lags',
  looksFor: 'replicas that are cut off or far behind',
  find({ known }) {
    return known.flatMap((node) => {
      if (node.role === 'replica' && node.replication?.startsWith('cut off'))
        return [
          {
            name: 'replica-cut-off',
            severity: 'risk' as const,
            node: node.name,
            says: 'It is cut off from its primary: if it is promoted, every newer lock is lost.',
            evidence: [node.replication],
            suggests: 'Bring the link back; do not promote it before',
          },
        ]
      const lag = node.lagBytes ?? 0
      if (lag < FAR_BYTES) return []
      return [
        {
          severity: 'risk' as const,
          node: node.name,
          says: `${node.role === 'replica' ? 'It is' : 'Its farthest replica is'} ${bytes(lag)} behind: a failover now loses the newest locks.`,
          evidence: [node.replication ?? '', `${bytes(lag)} not confirmed`].filter((clause) => clause !== ''),
          suggests: 'Find out what slows it down',
        },
      ]
    })
  },
}
