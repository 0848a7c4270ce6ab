import type { FleetNode } from '../node.ts'
import type { FindingRule } from './rule.ts'
import { listed, namesOf } from './words.ts'

interface Lack {
  /** What is not known, or dearer, without it. */
  means: string
  grant: string
}

const LACKS: Readonly<Record<string, Lack>> = {
  INFO: { means: 'its role, memory, disk and replication are not known', grant: '+info' },
  TIME: { means: 'its clock is not known', grant: '+time' },
  CONFIG: { means: 'whether it makes snapshots is taken from INFO', grant: '+config|get' },
  PTTL: { means: 'whether it is in quarantine is not known', grant: '+pttl for lk:quarantine' },
  scripts: { means: 'reading takes more commands', grant: '+@scripting' },
}

export const rightsMissing: FindingRule = {
  id: 'W20',
  name: 'rights-missing',
  looksFor: 'rights that the reader lacks',
  find({ known }) {
    const groups = new Map<string, FleetNode[]>()
    for (const node of known) {
      const lacks = (node.lacks ?? []).join(SEPARATOR)
      if (lacks !== '') groups.set(lacks, [...(groups.get(lacks) ?? []), node])
    }
    return [...groups].map(([key, nodes]) => {
      const lacks = key.split(SEPARATOR)
      const grants = lacks.flatMap((lack) => LACKS[lack]?.grant ?? [])
      return {
        severity: 'note' as const,
        node: nodes.length === 1 ? (nodes[0]?.name ?? null) : null,
        says: `The reader lacks ${listed(lacks)}, so less is known.`,
        evidence: [`on ${namesOf(nodes)}`, ...lacks.flatMap((lack) => LACKS[lack]?.means ?? [])],
        suggests:
          grants.length > 0
            ? `Grant ${grants.join(' ')} to see more`
            : 'Let the reader see it, or live without',
      }
    })
  },
}

const SEPARATOR = '\n'
