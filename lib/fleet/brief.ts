import type { Confidence, Lock, LockKind } from './lock.ts'
import type { LockState } from './states.ts'
import type { Severity, VerdictId } from './verdict.ts'

/**
 * What filters and orders look at. A watch keeps it of every lock, so that 100,000 of them can be searched without making
 * the locks. Times are epoch ms by the console's clock; null is unknown, and unknown matches no number.
 * It is live: kept over a change it tells of the lock as it is now, and it stays one and the same for as long as the lock is
 * known. Its `id` is made when it is asked for.
 */
export interface Brief {
  readonly id: string
  readonly backend: string
  readonly database: number | null
  readonly name: string
  readonly dialect: string
  readonly confidence: Confidence
  readonly kind: LockKind
  readonly state: LockState
  /** Of all holders. */
  readonly holders: readonly string[]
  /** Of the first holder. */
  readonly since: number | null
  /** When the first hold ends if nobody renews it; Infinity when it never does. */
  readonly endsAt: number | null
  /** For how long the first holder asks at once, in ms. */
  readonly ttl: number | null
  readonly waiters: number | null
  readonly fence: string | null
  readonly verdicts: readonly VerdictId[]
  readonly severity: Severity | null
}

/** Every lock that is known. A lock is made when it is asked for; what is kept of each is much smaller. */
export interface LockTable {
  readonly size: number
  has(id: string): boolean
  get(id: string): Lock | undefined
  brief(id: string): Brief | undefined
  briefs(): IterableIterator<Brief>
}

/** Written out: what is spread is slow to read where there are very many. */
export function briefOf(lock: Lock): Brief {
  return {
    id: lock.id,
    backend: lock.backend,
    database: lock.database,
    name: lock.name,
    dialect: lock.dialect,
    confidence: lock.confidence,
    kind: lock.kind,
    state: lock.state,
    holders: lock.holders.map(({ label }) => label),
    since: sinceOf(lock),
    endsAt: endsAt(lock),
    ttl: lock.holders[0]?.ttlMs ?? null,
    waiters: lock.waiters.known ? lock.waiters.count : null,
    fence: lock.holders[0]?.fence ?? null,
    verdicts: lock.verdicts.map(({ id }) => id),
    // The worst comes first.
    severity: lock.verdicts[0]?.severity ?? null,
  }
}

export function sinceOf({ holders: [first] }: Lock): number | null {
  return first?.since ? Date.parse(first.since) : null
}

export function endsAt({ holders: [first], observedAt }: Lock): number | null {
  if (!first) return null
  if (first.remainingIs === 'none') return Number.POSITIVE_INFINITY
  return first.remainingMs === null ? null : Date.parse(observedAt) + first.remainingMs
}

/** Makes every lock: for what can not be told from the briefs. */
export function* allLocks(table: LockTable): Generator<Lock> {
  for (const { id } of table.briefs()) {
    const lock = table.get(id)
    if (lock) yield lock
  }
}
