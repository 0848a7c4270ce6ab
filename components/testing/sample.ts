import { type Holder, type Lock, lockSchema, type Vote } from '@/lib/fleet/lock.ts'
import { type Plan, planSchema } from '@/lib/fleet/plan.ts'

/** One incident, as the wire carries it: checked against the schemas, so that it can't drift from them. */
export const NOW = Date.parse('2026-11-21T03:14:22.000Z')
export const at = (ms: number): string => new Date(NOW + ms).toISOString()

export const sampleHolder = (more: Partial<Holder> = {}): Holder => ({
  label: 'worker-3@pay-w3',
  identity: {
    service: 'worker-3',
    host: 'pay-w3',
    pid: 4127,
    version: '2.14.1',
    link: null,
    labels: {},
    process: 'p1',
  },
  slot: null,
  tokenDigest: '9c1e0011223344556677889900aa4b07',
  since: at(-354_000),
  sinceIs: 'exact',
  fence: '48211',
  ttlMs: 480_000,
  remainingMs: 326_000,
  remainingIs: 'exact',
  lastRenewedAt: at(-154_000),
  renewals: 10,
  ...more,
})

const NODES = ['r1', 'r2', 'r3', 'r4', 'r5'] as const

export const sampleVote = (node: string, holder: Holder, more: Partial<Vote> = {}): Vote =>
  ({
    node,
    ageMs: 0,
    latencyMs: 0.6,
    vote: 'holder',
    tokenDigest: holder.tokenDigest,
    label: holder.label,
    same: true,
    remainingMs: holder.remainingMs,
    remainingIs: holder.remainingIs,
    ...more,
  }) as Vote

export function sampleLock(more: Partial<Lock> = {}): Lock {
  const holder = sampleHolder()
  return lockSchema.parse({
    id: 'lock-1',
    backend: 'payments',
    database: 0,
    name: 'orders/settle/eu-west',
    nameBytes: 'b3JkZXJz',
    dialect: 'lockkeeper',
    confidence: 'certain',
    kind: 'mutex',
    state: 'held',
    permits: null,
    gate: null,
    quorum: { needed: 3, of: 5 },
    holders: [holder],
    waiters: { known: true, count: 0, list: [] },
    votes: NODES.map((node) => sampleVote(node, holder)),
    verdicts: [],
    releaseBlocked: null,
    seen: 'seen-1',
    observedAt: at(0),
    ...more,
  })
}

export function samplePlan(more: Partial<Plan> = {}): Plan {
  const lock = more.lock ?? sampleLock()
  const [holder] = lock.holders
  return planSchema.parse({
    id: 'plan-1',
    act: 'release',
    state: 'open',
    createdAt: at(0),
    expiresAt: at(60_000),
    now: at(0),
    lock,
    holder: holder ?? null,
    alive: false,
    effects: lock.votes.map((vote) => ({
      node: vote.node,
      effect: 'delete',
      sees: holder?.label ?? null,
      tokenDigest: holder?.tokenDigest ?? null,
      says: 'deleted, if it still is this hold',
    })),
    next: null,
    warnings: ['The code of worker-3@pay-w3 is not stopped by this.'],
    typeName: lock.name,
    ...more,
  })
}
