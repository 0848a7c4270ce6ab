import type { FleetBackend, FleetNode } from '../node.ts'
import { at, T0 } from '../test-locks.ts'
import { findFindings } from './index.ts'
import { NO_LOCKS, type Summary } from './summary.ts'

/** Builders for tests of findings: a fleet that is well, and what is different about it. */
export const node = (name: string, over: Partial<FleetNode> = {}): FleetNode => ({
  id: `b/${name}`,
  backend: 'b',
  name,
  engine: 'redis',
  address: `${name}.example:6379`,
  state: 'answers',
  since: at(0),
  lastAnswerAt: at(0),
  votes: true,
  role: 'voter',
  version: '7.0.15',
  runId: `run of ${name}`,
  uptimeMs: 86_400_000,
  latencyMs: { p50: 0.3, p99: 1 },
  clockOffsetMs: 1,
  quarantinedMs: null,
  replication: null,
  term: null,
  replicationId: `data of ${name}`,
  lagBytes: null,
  memory: { usedBytes: 1e8, maxBytes: 1e9, policy: 'noeviction' },
  persistence: { snapshots: true, appendOnly: true, failing: false },
  clustered: false,
  open: null,
  lacks: [],
  ...over,
})

export function backend(nodes: FleetNode[], over: Partial<FleetBackend> = {}): FleetBackend {
  const voters = nodes.filter(({ votes }) => votes)
  const of = voters.length || nodes.length
  const needed = Math.floor(of / 2) + 1
  const answering = (voters.length > 0 ? voters : nodes).filter(({ state }) => state === 'answers').length
  return {
    id: 'b',
    kind: 'redlock',
    environment: null,
    demo: false,
    nodes,
    quorum: { needed, of, answering },
    canLose: of > 1 ? Math.max(0, answering - needed) : null,
    reading: 'pushed',
    maxTtlMs: 60_000,
    sweptAt: at(0),
    ...over,
  }
}

export const quorum = (...over: Partial<FleetNode>[]): FleetBackend =>
  backend(['r1', 'r2', 'r3'].map((name, index) => node(name, over[index])))

export const single = (over: Partial<FleetNode> = {}, more: FleetNode[] = []): FleetBackend =>
  backend([node('primary', { role: 'primary', ...over }), ...more], { kind: 'redis' })

export const found = (one: FleetBackend, locks: Summary = NO_LOCKS, ms = 1_000) =>
  findFindings({ backends: [one], locksOf: () => locks, now: T0 + ms }).findings

/** `W8 evicts-keys risk r1`, for each. */
export const names = (one: FleetBackend, locks?: Summary, ms?: number): string[] =>
  found(one, locks, ms).map(({ id, name, severity, node: where }) =>
    [id, name, severity, where].filter((part) => part !== null).join(' '),
  )
