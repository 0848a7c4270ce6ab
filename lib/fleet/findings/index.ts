import type { Check, Finding } from '../finding.ts'
import type { FleetBackend } from '../node.ts'
import { severityRank } from '../verdicts/index.ts'
import { asyncFailover } from './async-failover.ts'
import { clockOff } from './clock-off.ts'
import { corruptMember } from './corrupt-member.ts'
import { evictsKeys } from './evicts-keys.ts'
import { leaseRefilled } from './lease-refilled.ts'
import { lockTraits } from './lock-traits.ts'
import { noPersistence } from './no-persistence.ts'
import { notIndependent } from './not-independent.ts'
import { openDoor } from './open-door.ts'
import { quorumSize } from './quorum-size.ts'
import { replicaLags } from './replica-lags.ts'
import { replicaVotes } from './replica-votes.ts'
import { restarted } from './restarted.ts'
import { rightsMissing } from './rights-missing.ts'
import type { FindingRule, Looked } from './rule.ts'
import { setAside } from './set-aside.ts'
import { silentNode } from './silent-node.ts'
import { singlePoint } from './single-point.ts'
import { staleReading } from './stale-reading.ts'
import type { Summary } from './summary.ts'

/** Every rule about the set-up of a fleet; their thresholds stand in their own files. */
export const findingRules: readonly FindingRule[] = [
  // Of what can't be read nothing else can be said.
  ...[
    staleReading,
    singlePoint,
    asyncFailover,
    quorumSize,
    notIndependent,
    replicaVotes,
    noPersistence,
    restarted,
  ],
  ...[evictsKeys, clockOff, ...lockTraits, corruptMember, leaseRefilled, replicaLags, rightsMissing],
  ...[openDoor, silentNode, setAside],
]

export interface FindingsInput {
  backends: readonly FleetBackend[]
  /** What the locks of a backend look like: `of` of the summaries. */
  locksOf(backend: string): Summary
  now: number
}

/** What makes the locks of this fleet less safe than somebody may think, the worst first; and what was looked at. */
export function findFindings(input: FindingsInput): { findings: Finding[]; checks: Check[] } {
  const looked = input.backends.map((backend) => lookAt(backend, input))
  const findings: Finding[] = []
  const checks = findingRules.map((rule): Check => {
    const found = looked.flatMap((one) =>
      rule.find(one).map((finding) => ({
        ...{ id: rule.id, name: rule.name, backend: one.backend.id },
        ...finding,
      })),
    )
    findings.push(...found)
    const missed = looked.flatMap((one) => rule.misses?.(one) ?? [])
    return {
      id: rule.id,
      looksFor: rule.looksFor,
      outcome: found.length > 0 ? 'found' : missed.length > 0 ? 'not-checked' : 'clear',
      missed: missed.length > 0 ? missed.join(', ') : null,
    }
  })
  const order = new Map(findings.map((finding, index) => [finding, index]))
  findings.sort(
    (a, b) =>
      severityRank[b.severity] - severityRank[a.severity] || (order.get(a) ?? 0) - (order.get(b) ?? 0),
  )
  return { findings, checks }
}

function lookAt(backend: FleetBackend, { locksOf, now }: FindingsInput): Looked {
  return {
    backend,
    known: backend.nodes.filter(({ state }) => state === 'answers' || state === 'quarantined'),
    voters: backend.nodes.filter(({ votes }) => votes),
    locks: locksOf(backend.id),
    now,
  }
}
