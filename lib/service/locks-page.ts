import { z } from 'zod'
import { type Filter, matches, parseFilter } from '../fleet/filter.ts'
import type { Lock, LockRow, LocksPage } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import { Problem } from '../fleet/problem.ts'
import { firstInOrder, lockOrder, type Place } from './lock-order.ts'
import type { LocksQuery } from './service.ts'

const MOST_ROWS = 500

interface Known {
  locks: ReadonlyMap<string, Lock>
  backends: readonly FleetBackend[]
  row(lock: Lock, withLine: boolean): LockRow
  now: string
}

/** A cursor is the place after which to go on: locks that come, go or move meanwhile don't disturb the others. */
export function locksPage(known: Known, query: LocksQuery): LocksPage {
  const filter = parseFilter(query.q)
  const order = lockOrder(query.sort)
  const after = query.cursor === null ? null : placeOf(query.cursor, order.name)
  const limit = Math.min(Math.max(1, query.limit), MOST_ROWS)
  const found = matching(known.locks, filter)
  const ahead = firstInOrder(found, order, limit + 1, after)
  const last = ahead.length > limit ? ahead[limit - 1] : undefined
  return {
    items: ahead.slice(0, limit).map(({ lock }) => known.row(lock, query.line)),
    nextCursor: last ? cursorOf(last.place, order.name) : null,
    total: found.length,
    of: known.locks.size,
    observedAt: sweptAt(known.backends) ?? known.now,
    now: known.now,
    incomplete: incomplete(known.backends),
  }
}

const matching = (locks: Known['locks'], filter: Filter): Lock[] =>
  [...locks.values()].filter((lock) => matches(filter, lock))

const cursorSchema = z.tuple([z.string(), z.array(z.union([z.number(), z.string(), z.null()])).min(2)])

const cursorOf = (place: Place, order: string): string =>
  Buffer.from(JSON.stringify([order, place])).toString('base64url')

function placeOf(cursor: string, order: string): Place {
  const parsed = cursorSchema.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()))
  if (parsed.success && parsed.data[0] === order) return parsed.data[1]
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

/** Silent nodes whose word is missing from the list, or old. A cluster that votes as one answers with a majority. */
const incomplete = (backends: readonly FleetBackend[]): LocksPage['incomplete'] =>
  backends
    .map(({ id, nodes, quorum }) => {
      const asOne = !nodes.some((node) => node.votes)
      const silent = nodes.filter((node) => node.state === 'no-answer' || node.state === 'unknown')
      const missed = asOne && quorum.answering >= quorum.needed ? [] : silent
      return { backend: id, nodes: missed.filter((node) => asOne || node.votes).map((node) => node.name) }
    })
    .filter(({ nodes }) => nodes.length > 0)
