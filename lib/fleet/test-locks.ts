import type { FleetEvent } from './event.ts'
import type { Lock } from './lock.ts'
import { type MergeInput, merge } from './merge.ts'
import type { SeenHolder, SeenWaiter, Sighting } from './sighting.ts'
import type { VoterSays } from './voter.ts'

/** Builders for tests. Times are ms after T0. */
export const T0 = Date.parse('2026-11-21T03:00:00.000Z')
export const at = (ms: number): string => new Date(T0 + ms).toISOString()

export const seenHolder = (token: string, over: Partial<SeenHolder> = {}): SeenHolder => ({
  tokenDigest: token,
  label: `${token}@host`,
  identity: null,
  since: T0,
  sinceIs: 'exact',
  fence: null,
  remainingMs: 10_000,
  remainingIs: 'exact',
  ttlMs: 10_000,
  ...over,
})

export const seenWaiter = (token: string, since: number | null = 0): SeenWaiter => ({
  tokenDigest: token,
  label: `${token}@host`,
  identity: null,
  since: since === null ? null : T0 + since,
})

export function sighting(holder: SeenHolder | null, readMs = 0, over: Partial<Sighting> = {}): Sighting {
  return {
    key: 'a2V5',
    nameBytes: btoa('orders/42'),
    dialect: 'lockkeeper',
    confidence: 'certain',
    kind: 'mutex',
    holders: holder ? [holder] : [],
    waiters: { known: true, count: 0, list: [] },
    readAt: T0 + readMs,
    ...over,
  }
}

/** One letter per voter: a token taken at T0 for 10 s, `.` for empty, `?` for no answer. */
export function voters(word: string, readMs = 0, over: (token: string) => Partial<SeenHolder> = () => ({})) {
  return [...word].map((letter, index): VoterSays => {
    const node = `n${index + 1}`
    if (letter === '?') return { node, says: 'no-answer', since: T0, readAt: T0 }
    if (letter === '.') return { node, says: 'empty', readAt: T0 + readMs, latencyMs: 1 }
    const holder = seenHolder(letter, { remainingMs: Math.max(0, 10_000 - readMs), ...over(letter) })
    return { node, says: 'sighting', sighting: sighting(holder, readMs), latencyMs: 1 }
  })
}

export function merged(
  says: readonly VoterSays[],
  before: Lock | null = null,
  over: Partial<MergeInput> = {},
): Lock {
  const lock = merge({
    ...{ id: 'id', backend: 'pay', database: 0, before, refuses: () => null },
    voters: says,
    ...over,
  })
  if (!lock) throw new Error('nothing to merge')
  return lock
}

export const fleetEvent = (
  seq: number,
  kind: FleetEvent['kind'],
  ms: number,
  over: Partial<FleetEvent> = {},
) => ({
  seq: String(seq),
  at: at(ms),
  kind,
  backend: 'pay',
  lock: 'id',
  lockName: 'orders/42',
  node: null,
  tokenDigest: null,
  label: null,
  fence: null,
  waiters: null,
  ...over,
})
