import type { Lock } from '../fleet/lock.ts'
import { FleetState } from '../watch/fleet-state.ts'
import { keyIdOf } from '../watch/lock-ids.ts'
import type { Change, Watch } from '../watch/watch.ts'

/** A fleet without stores: what a watch has made of its readings, and readings that go on changing it. */
export interface PagesFleet {
  watch: Watch
  /** Another hold of that lock begins. */
  change(lock: number, token: string): void
  idOf(lock: number): string
  close(): void
}

const BACKEND = 'bench'
const SERVICES = ['billing', 'orders', 'mail', 'import', 'search', 'reports']

const LABELS = Array.from({ length: 97 }, (_, host) => `${SERVICES[host % SERVICES.length]}@host-${host}`)

export const nameOf = (lock: number): string => `${SERVICES[lock % SERVICES.length]}/customer/${lock}`

export function openPagesFleet(locks: number): PagesFleet {
  const state = new FleetState({ onTrouble: () => {}, onForget: () => {}, usualOf: () => null })
  const rows = state.rowsFor({
    ...{ backend: BACKEND, database: 0, voters: 1, refuses: () => null, lookAt: () => null, look() {} },
    ...{ silence: () => ({ node: 'n1', says: 'no-answer', since: null, readAt: null }), latencyMs: () => 1 },
  })
  const idOf = (lock: number) => rows.ids.idOf(nameOf(lock))
  const change = (lock: number, token: string) => {
    const key = keyIdOf(nameOf(lock))
    const row = rows.at(key)
    const made = lockOf(lock, idOf(lock), token)
    state.put(rows, [{ key, row, before: row ? rows.lockOf(row) : null, lock: made }])
  }
  for (let lock = 0; lock < locks; lock += 1) change(lock, `t${lock}`)
  const watch: Watch = {
    get version() {
      return state.version
    },
    locks: state.locks,
    backends: () => [],
    reread: async () => null,
    fenceWentDown: () => {},
    keyOf: () => null,
    onChange: (listener: (change: Change) => void) => state.onChange(listener),
    close: async () => state.close(),
  }
  return { watch, change, idOf, close: () => state.close() }
}

/** Some wait, some are free, and one in a hundred has no TTL. */
function lockOf(lock: number, id: string, token: string): Lock {
  const isFree = lock % 10 === 0
  const waiting = lock % 50 === 1 ? (lock % 7) + 1 : 0
  const name = nameOf(lock)
  const now = new Date().toISOString()
  return {
    id,
    backend: BACKEND,
    database: 0,
    name,
    nameBytes: btoa(name),
    dialect: 'redlock',
    confidence: 'certain',
    kind: 'mutex',
    state: isFree ? 'free' : 'held',
    permits: null,
    gate: null,
    quorum: { needed: 1, of: 1 },
    holders: isFree ? [] : [holderOf(lock, token, now)],
    waiters: { known: true, count: waiting, list: waiting > 0 ? waitersOf(lock, waiting, now) : [] },
    votes: [isFree ? { node: 'n1', ageMs: 0, latencyMs: 1, vote: 'empty' } : voteOf(lock, token)],
    verdicts: [],
    releaseBlocked: null,
    seen: `n1=${token}`,
    observedAt: now,
  }
}

const labelOf = (lock: number): string => LABELS[lock % LABELS.length] ?? ''
const ttlOf = (lock: number): number | null => (lock % 100 === 3 ? null : 30_000)

function holderOf(lock: number, tokenDigest: string, since: string): Lock['holders'][number] {
  const ttlMs = ttlOf(lock)
  return {
    slot: null,
    label: labelOf(lock),
    identity: null,
    tokenDigest,
    since,
    sinceIs: 'exact',
    fence: String(lock + 1),
    ttlMs,
    remainingMs: ttlMs,
    remainingIs: ttlMs === null ? 'none' : 'exact',
    lastRenewedAt: null,
    renewals: 0,
  }
}

function voteOf(lock: number, tokenDigest: string): Lock['votes'][number] {
  const remainingMs = ttlOf(lock)
  const remainingIs = remainingMs === null ? 'none' : 'exact'
  const label = labelOf(lock)
  return {
    node: 'n1',
    ageMs: 0,
    latencyMs: 1,
    vote: 'holder',
    tokenDigest,
    label,
    same: true,
    remainingMs,
    remainingIs,
  }
}

const waitersOf = (lock: number, count: number, since: string) =>
  Array.from({ length: count }, (_, index) => {
    return { label: `waiter-${index}`, identity: null, tokenDigest: `w${lock}-${index}`, since }
  })
