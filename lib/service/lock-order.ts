import type { Lock } from '../fleet/lock.ts'
import { Problem } from '../fleet/problem.ts'
import type { LockState } from '../fleet/states.ts'
import { severityRank } from '../fleet/verdicts/index.ts'

type Part = number | string | null
/** Where a lock stands in an order. Ends with name and id, so that no two are equal. */
export type Place = readonly Part[]

/** An order of locks that does not depend on when it is asked for, so that pages fit together while time goes on. */
export interface LockOrder {
  readonly name: string
  place(lock: Lock): Place
  compare(a: Place, b: Place): number
}

export interface Placed {
  lock: Lock
  place: Place
}

/** The first `most` of many, in order, without putting all of them in order. */
export function firstInOrder(
  locks: Iterable<Lock>,
  order: LockOrder,
  most: number,
  after: Place | null,
): Placed[] {
  const byPlace = (a: Placed, b: Placed) => order.compare(a.place, b.place)
  let kept: Placed[] = []
  let worst: Place | null = null
  for (const lock of locks) {
    const place = order.place(lock)
    if (after !== null && order.compare(place, after) <= 0) continue
    if (worst !== null && order.compare(place, worst) >= 0) continue
    kept.push({ lock, place })
    if (kept.length < most * 4) continue
    kept = kept.sort(byPlace).slice(0, most)
    worst = kept.at(-1)?.place ?? null
  }
  return kept.sort(byPlace).slice(0, most)
}

const STATES: readonly LockState[] = [
  ...(['split', 'partial', 'unknown', 'frozen', 'held-back', 'waiting', 'held', 'free'] as const),
]

const trouble = (lock: Lock): number =>
  lock.verdicts.reduce((worst, { severity }) => Math.min(worst, -severityRank[severity]), 0)

/** Those whose waiters can't be seen stand between those with waiters and those without. */
const queue = ({ waiters }: Lock): number => (waiters.known ? -waiters.count : -0.5)

const time = (iso: string | null | undefined): number | null => (iso ? Date.parse(iso) : null)

function endsAt({ holders: [holder], observedAt }: Lock): number | null {
  return holder && holder.remainingMs !== null ? Date.parse(observedAt) + holder.remainingMs : null
}

const negative = (value: number | null): number | null => (value === null ? null : -value)

const KEYS: Record<string, (lock: Lock) => Part[]> = {
  trouble: (lock) => [trouble(lock), queue(lock)],
  name: (lock) => [lock.name],
  state: (lock) => [STATES.indexOf(lock.state)],
  backend: (lock) => [lock.backend],
  holder: (lock) => [lock.holders[0]?.label ?? null],
  held: (lock) => [negative(time(lock.holders[0]?.since))],
  ttl: (lock) => [endsAt(lock)],
  waiters: (lock) => [lock.waiters.known ? lock.waiters.count : null],
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
  return {
    name: sort,
    place: (lock) => [...key(lock), lock.name, lock.id],
    compare(a, b) {
      const turned = a.length - 2
      for (let index = 0; index < a.length; index += 1) {
        const found = compareParts(a[index] ?? null, b[index] ?? null, down && index < turned ? -1 : 1)
        if (found !== 0) return found
      }
      return 0
    },
  }
}

function compareParts(a: Part, b: Part, direction: 1 | -1): number {
  if (a === b) return 0
  if (a === null) return 1
  if (b === null) return -1
  return a < b ? -direction : direction
}
