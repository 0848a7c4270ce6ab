import type { Holder, Lock, Vote } from '../fleet/lock.ts'

export const SAMPLE_NOW = Date.parse('2026-01-01T00:00:00Z')
const iso = (at: number) => new Date(at).toISOString()

/** Granted long ago, renewed one second ago. For tests. */
export const sampleHolder = (more: Partial<Holder> = {}): Holder => ({
  label: 'billing@host-1',
  identity: null,
  slot: null,
  tokenDigest: 'd1',
  since: iso(SAMPLE_NOW - 100_000),
  sinceIs: 'exact',
  fence: '7',
  ttlMs: 10_000,
  remainingMs: 9_000,
  remainingIs: 'exact',
  lastRenewedAt: iso(SAMPLE_NOW - 1_000),
  renewals: 30,
  ...more,
})

export const holderVote = (node: string, { tokenDigest, label }: Holder = sampleHolder()): Vote => ({
  node,
  ageMs: 0,
  latencyMs: 1,
  vote: 'holder',
  tokenDigest,
  label,
  same: true,
  remainingMs: 9_000,
  remainingIs: 'exact',
})
export const emptyVote = (node: string): Vote => ({ node, ageMs: 0, latencyMs: 1, vote: 'empty' })
export const silentVote = (node: string): Vote => ({
  node,
  ageMs: 0,
  latencyMs: null,
  vote: 'no-answer',
  since: null,
})

const shown = (vote: Vote): string => {
  if (vote.vote === 'no-answer') return '?'
  return vote.vote === 'holder' ? `=${vote.tokenDigest}` : '='
}

/** A lock on a quorum of three whose `seen` follows from its votes, as the real one's does. For tests. */
export function sampleLock(more: Partial<Lock> = {}): Lock {
  const votes = more.votes ?? [holderVote('n1'), holderVote('n2'), holderVote('n3')]
  return {
    id: 'lock-1',
    backend: 'b',
    database: 0,
    name: 'orders/42',
    nameBytes: 'b3JkZXJzLzQy',
    dialect: 'lockkeeper',
    confidence: 'certain',
    kind: 'mutex',
    state: 'held',
    permits: null,
    gate: null,
    quorum: { needed: 2, of: 3 },
    holders: [sampleHolder()],
    waiters: { known: true, count: 0, list: [] },
    votes,
    verdicts: [],
    releaseBlocked: null,
    seen: votes.map((vote) => `${vote.node}${shown(vote)}`).join(','),
    observedAt: iso(SAMPLE_NOW),
    ...more,
  }
}

export const freeLock = (): Lock =>
  sampleLock({
    state: 'free',
    holders: [],
    votes: ['n1', 'n2', 'n3'].map(emptyVote),
    releaseBlocked: 'Nobody holds it.',
  })
