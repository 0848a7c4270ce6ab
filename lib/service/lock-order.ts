import type { Brief } from '../fleet/brief.ts'
import { Problem } from '../fleet/problem.ts'
import type { LockState } from '../fleet/states.ts'
import { severityRank } from '../fleet/verdicts/index.ts'
import { selectFirst } from './select-first.ts'

type Key = number | string | null
/** Where a lock stands in an order: name and id come last, so that no two are equal. */
export type Place = readonly [key: Key, name: string, id: string]

/** An order of locks that does not depend on when it is asked for, so that pages fit together while time goes on. */
export interface LockOrder {
  readonly name: string
  key(brief: Brief): Key
  place(brief: Brief): Place
  compare(a: Place, b: Place): number
  /** Of keys alone. */
  compareKeys(a: Key, b: Key): number
  /** As `compare`, of a lock whose place was never written down: most of very many are only looked at. */
  compareTo(brief: Brief, place: Place): number
}

/** A place whose id is not made yet, since that is dear; what it is ordered by was copied. */
interface Candidate {
  readonly key: Key
  readonly name: string
  readonly brief: Brief
}

/** Takes in many and keeps the first `most` of them, without putting all of them in order. */
export function firstOf(order: LockOrder, most: number, after: Place | null = null) {
  const room = Math.max(4 * most, 1_024)
  const compare = (a: Candidate, b: Candidate): number =>
    order.compareKeys(a.key, b.key) || compareTexts(a.name, b.name) || compareTexts(a.brief.id, b.brief.id)
  const kept: Candidate[] = []
  let worst: Candidate | null = null
  const cut = () => {
    if (kept.length < most) return
    selectFirst(kept, most, compare)
    kept.length = most
    worst = kept[most - 1] ?? null
  }
  return {
    offer(brief: Brief): void {
      const key = order.key(brief)
      if (worst !== null) {
        const byKey = order.compareKeys(key, worst.key)
        if (byKey > 0) return
        const byName = byKey === 0 ? compareTexts(brief.name, worst.name) : byKey
        if (byName > 0 || (byName === 0 && brief.id >= worst.brief.id)) return
      }
      if (after !== null && order.compareTo(brief, after) <= 0) return
      kept.push({ key, name: brief.name, brief })
      if (kept.length >= room) cut()
    },
    take(): Place[] {
      cut()
      return kept.sort(compare).map(({ key, name, brief }) => [key, name, brief.id])
    },
  }
}

const STATES: Record<LockState, number> = {
  split: 0,
  partial: 1,
  unknown: 2,
  frozen: 3,
  'held-back': 4,
  waiting: 5,
  held: 6,
  free: 7,
}

/** More than ever wait for one lock: whatever is the matter with a lock weighs more than its queue. */
const ANY_QUEUE = 1e9
/** Those whose waiters can't be seen stand between those with waiters and those without. */
const queue = ({ waiters }: Brief): number => waiters ?? 0.5

const trouble = (brief: Brief): number =>
  -(brief.severity === null ? 0 : severityRank[brief.severity] * ANY_QUEUE) - queue(brief)

/** A cursor can't hold infinity. */
const never = (at: number | null): number | null =>
  at === Number.POSITIVE_INFINITY ? Number.MAX_SAFE_INTEGER : at

/** Fences may outgrow a double: of decimal texts the longer one is the greater. */
const fence = ({ fence }: Brief): string | null =>
  fence === null ? null : String.fromCharCode(fence.length) + fence

const KEYS: Record<string, (brief: Brief) => Key> = {
  trouble,
  name: (brief) => brief.name,
  state: (brief) => STATES[brief.state],
  backend: (brief) => brief.backend,
  dialect: (brief) => brief.dialect,
  kind: (brief) => brief.kind,
  holder: (brief) => brief.holders[0] ?? null,
  held: ({ since }) => (since === null ? null : -since),
  ttl: ({ endsAt }) => never(endsAt),
  waiters: (brief) => brief.waiters,
  fence,
}

/** `name`, or `-name` for the other way round. What is not known comes last either way. */
export function lockOrder(sort: string): LockOrder {
  const down = sort.startsWith('-')
  const named = down ? sort.slice(1) : sort
  const key = Object.hasOwn(KEYS, named) ? KEYS[named] : undefined
  if (!key) {
    throw new Problem('invalid', `There is no order "${sort}".`, {
      hint: `Known are ${Object.keys(KEYS).join(', ')}, each with a minus in front for the other way round.`,
    })
  }
  return orderBy(sort, key, down ? -1 : 1)
}

export function orderBy(name: string, key: (brief: Brief) => Key, direction: 1 | -1 = 1): LockOrder {
  const keys = (a: Key, b: Key): number => compareKeys(a, b, direction)
  return {
    name,
    key,
    place: (brief) => [key(brief), brief.name, brief.id],
    compare: (a, b) => keys(a[0], b[0]) || compareTexts(a[1], b[1]) || compareTexts(a[2], b[2]),
    compareKeys: keys,
    compareTo: (brief, place) =>
      keys(key(brief), place[0]) || compareTexts(brief.name, place[1]) || compareTexts(brief.id, place[2]),
  }
}

/** Of very many compared with the worst that is kept, nearly all come after it. */
const compareTexts = (a: string, b: string): number => (a > b ? 1 : a < b ? -1 : 0)

function compareKeys(a: Key, b: Key, direction: number): number {
  // By themselves, since comparing what may be either is slow.
  if (typeof a === 'number' && typeof b === 'number') return a > b ? direction : a < b ? -direction : 0
  if (typeof a === 'string' && typeof b === 'string') return direction * compareTexts(a, b)
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a > b ? direction : a < b ? -direction : 0
}
