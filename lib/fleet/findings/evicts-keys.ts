import type { FleetNode } from '../node.ts'
import type { FindingRule, Found } from './rule.ts'
import { bytes, namesOf } from './words.ts'

/** From here on memory is called short. */
const SHORT = 0.9

/** Any key may be dropped at any time, and nobody is told why it is gone. */
export const dropsKeys = ({ usedBytes, maxBytes, policy }: Memory): boolean =>
  maxBytes !== null && policy !== null && policy !== 'noeviction' && usedBytes >= SHORT * maxBytes

type Memory = NonNullable<FleetNode['memory']>

export const evictsKeys: FindingRule = {
  id: 'W8',
  name: 'evicts-keys',
  looksFor: 'servers that drop or refuse locks when they are full',
  find({ backend, known }) {
    if (backend.kind === 'etcd') return known.flatMap(fullStore)
    return known.flatMap(fullMemory)
  },
  misses({ backend, known }) {
    if (backend.kind !== 'redis' && backend.kind !== 'redlock') return null
    const silent = known.filter(({ memory }) => !memory)
    return silent.length > 0 ? `${namesOf(silent)} may not be asked` : null
  },
}

function fullMemory({ name, memory }: FleetNode): Found[] {
  if (!memory?.maxBytes) return []
  const { usedBytes, maxBytes, policy } = memory
  const used = usedBytes / maxBytes
  const evidence = [`${bytes(usedBytes)} of ${bytes(maxBytes)} used`, `policy ${policy ?? 'not known'}`]
  if (policy !== null && policy !== 'noeviction')
    return [
      {
        severity: dropsKeys(memory) ? 'alarm' : 'risk',
        node: name,
        says: dropsKeys(memory)
          ? 'It drops keys when memory is short, and memory is short: locks may vanish now.'
          : 'It may drop locks when memory is short.',
        evidence,
        suggests: 'Set maxmemory-policy to noeviction, or give locks a server of their own',
      },
    ]
  if (used < SHORT) return []
  return [
    {
      name: 'memory-short',
      severity: 'risk',
      node: name,
      says: 'Its memory is almost full: it soon refuses every write, also of locks.',
      evidence,
      suggests: 'Give it more memory or fewer keys',
    },
  ]
}

function fullStore({ name, raft }: FleetNode): Found[] {
  if (!raft) return []
  if (raft.alarms.includes('NOSPACE'))
    return [
      {
        name: 'store-full',
        severity: 'alarm',
        node: name,
        says: 'Its database is full: nobody is granted a lock, and nothing is put away.',
        evidence: ['alarm NOSPACE', `database ${bytes(raft.dbBytes)}`],
        suggests: 'Compact and defragment it, raise its quota, then lift the alarm',
      },
    ]
  if (!raft.quotaBytes || raft.dbBytes < SHORT * raft.quotaBytes) return []
  return [
    {
      name: 'store-almost-full',
      severity: 'risk',
      node: name,
      says: 'Its database is almost full: then it takes no locks any more.',
      evidence: [`${bytes(raft.dbBytes)} of ${bytes(raft.quotaBytes)}`],
      suggests: 'Compact and defragment it, or raise its quota',
    },
  ]
}
