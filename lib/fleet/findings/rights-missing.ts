import type { FleetNode } from '../node.ts'
import type { FindingRule } from './rule.ts'
import { listed, namesOf } from './words.ts'

/** What is not known of a node that refuses them. */
const MEANS: Readonly<Record<string, string>> = {
  INFO: 'its role, memory, disk and replication are not known',
  TIME: 'its clock is not known',
  CONFIG: 'whether it makes snapshots is taken from INFO',
  PTTL: 'whether it is in quarantine is not known',
}

export const rightsMissing: FindingRule = {
  id: 'W20',
  name: 'rights-missing',
  looksFor: 'commands that the reader may not use',
  find({ known }) {
    const groups = new Map<string, FleetNode[]>()
    for (const node of known) {
      const lacks = (node.lacks ?? []).join(', ')
      if (lacks !== '') groups.set(lacks, [...(groups.get(lacks) ?? []), node])
    }
    return [...groups].map(([lacks, nodes]) => {
      const commands = lacks.split(', ')
      return {
        severity: 'note' as const,
        node: nodes.length === 1 ? (nodes[0]?.name ?? null) : null,
        says: `The reader may not use ${listed(commands)}, so less is known.`,
        evidence: [`on ${namesOf(nodes)}`, ...commands.flatMap((command) => MEANS[command] ?? [])],
        suggests: `Grant ${commands.map((command) => `+${command.toLowerCase()}`).join(' ')} to see more`,
      }
    })
  },
}
