import type { FindingRule } from './rule.ts'

/** Members that hold different data give different answers about who holds what. */
export const corruptMember: FindingRule = {
  id: 'W14',
  name: 'corrupt-member',
  looksFor: 'members of an etcd cluster whose data differ',
  find({ known }) {
    return known.flatMap(({ name, raft }) =>
      raft?.alarms.includes('CORRUPT')
        ? [
            {
              severity: 'alarm' as const,
              node: name,
              says: 'Its data differ from those of the other members: it may name another holder.',
              evidence: ['alarm CORRUPT'],
              suggests: 'Take it out and let it join again with an empty disk',
            },
          ]
        : [],
    )
  },
}
