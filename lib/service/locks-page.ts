import { z } from 'zod'
import type { LockTable } from '../fleet/brief.ts'
import { compileFilter } from '../fleet/filter.ts'
import type { Lock, LockRow, LocksPage } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import { Problem } from '../fleet/problem.ts'
import type { LockState } from '../fleet/states.ts'
import { inPortions } from '../watch/portions.ts'
import { incomplete } from './incomplete.ts'
import { firstOf, type LockOrder, lockOrder, type Place } from './lock-order.ts'
import type { LockView } from './lock-view.ts'
import type { LockViews } from './lock-views.ts'
import type { LocksQuery } from './service.ts'

const MOST_ROWS = 500
/** A row with its line is work: the clock is looked at after so many. */
const ROWS_AT_ONCE = 2

interface Known {
  locks: LockTable
  views: LockViews
  backends: readonly FleetBackend[]
  row(lock: Lock, withLine: boolean): LockRow
  now: string
}

interface Found {
  places: Place[]
  hasMore: boolean
  total: number
  states: Partial<Record<LockState, number>>
}

/**
 * A cursor is the place after which to go on: locks that come, go or move meanwhile don't disturb the others. Briefs are
 * searched, and only the rows of the page are made.
 */
export async function locksPage(known: Known, query: LocksQuery): Promise<LocksPage> {
  const order = lockOrder(query.sort)
  const after = query.cursor === null ? null : placeOf(query.cursor, order, known.locks)
  const limit = Math.min(Math.max(1, query.limit), MOST_ROWS)
  const viewed = after === null ? await known.views.find(query.q, query.sort, limit) : null
  const { places, hasMore, total, states } = viewed
    ? firstIn(viewed, limit)
    : await search(known, query.q, order, limit, after)
  const last = hasMore ? places.at(-1) : undefined
  return {
    items: await rowsOf(known, places, query.line),
    nextCursor: last ? cursorOf(last, order.name) : null,
    total,
    of: known.locks.size,
    states,
    observedAt: sweptAt(known.backends) ?? known.now,
    now: known.now,
    incomplete: incomplete(known.backends),
  }
}

const firstIn = (view: LockView, most: number): Found => ({
  places: view.shown().slice(0, most),
  hasMore: view.total > most,
  total: view.total,
  states: { ...view.states },
})

async function search(
  { locks, now }: Known,
  q: string,
  order: LockOrder,
  most: number,
  after: Place | null,
): Promise<Found> {
  const isWanted = compileFilter(q, Date.parse(now))
  const first = firstOf(order, most + 1, after)
  const states: Found['states'] = {}
  let total = 0
  // Most have the state of the one before.
  let [state, sameState]: [LockState, number] = ['free', 0]
  const countStates = () => {
    if (sameState > 0) states[state] = (states[state] ?? 0) + sameState
    sameState = 0
  }
  await inPortions(locks.briefs(), (brief) => {
    if (!isWanted(brief)) return
    total += 1
    if (brief.state !== state) {
      countStates()
      state = brief.state
    }
    sameState += 1
    first.offer(brief)
  })
  countStates()
  const places = first.take()
  return { places: places.slice(0, most), hasMore: places.length > most, total, states }
}

async function rowsOf(
  { locks, row }: Known,
  places: readonly Place[],
  withLine: boolean,
): Promise<LockRow[]> {
  const rows: LockRow[] = []
  const make = ([, , id]: Place) => {
    const lock = locks.get(id)
    if (lock) rows.push(row(lock, withLine))
  }
  await inPortions(places, make, ROWS_AT_ONCE)
  return rows
}

/** A cursor stands in an address: where a lock stands is left out of it when its name is longer than that. */
const MOST_PLACE_CHARS = 4_096

const cursorSchema = z.tuple([
  z.string(),
  z.union([z.tuple([z.union([z.number(), z.string(), z.null()]), z.string(), z.string()]), z.string()]),
])

function cursorOf(place: Place, order: string): string {
  const text = JSON.stringify([order, place])
  const short = text.length > MOST_PLACE_CHARS ? JSON.stringify([order, place[2]]) : text
  return Buffer.from(short).toString('base64url')
}

function placeOf(cursor: string, order: LockOrder, locks: LockTable): Place {
  const parsed = cursorSchema.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()))
  if (parsed.success && parsed.data[0] === order.name) {
    const [, place] = parsed.data
    if (typeof place !== 'string') return place
    const brief = locks.brief(place)
    if (brief) return order.place(brief)
  }
  throw new Problem('invalid', 'This cursor does not belong to this order.', {
    hint: 'Leave it out to begin again.',
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The oldest of the last complete readings: since then nothing was overlooked. */
function sweptAt(backends: readonly FleetBackend[]): string | null {
  const times = backends.flatMap(({ sweptAt }) => (sweptAt === null ? [] : [sweptAt]))
  return times.sort()[0] ?? null
}
