import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import type { Sql } from './database.ts'
import { eventOf, insertEvent } from './event-row.ts'
import { readFact, writeFact } from './facts.ts'

/** What happened in the fleet, as far as a console looked. Spans and lines are derived from it when read. */
export interface History {
  /** Numbers the events and keeps them; they reach the disk within about a second. */
  append(events: readonly NewEvent[]): FleetEvent[]
  /** A lock's events in a window with what is needed to know how the window began: oldest first. */
  ofLock(query: LockWindow): FleetEvent[]
  /** How often a lock was granted before the event with that number. */
  grantsBefore(lock: string, seq: string): number
  /** Everything since then, oldest first, at most `limit` of the newest. */
  since(at: number, limit: number): FleetEvent[]
  close(): void
}

interface LockWindow {
  lock: string
  backend: string
  from: number
  to: number
}

export interface HistoryOptions {
  now(): number
  /** Told when events can't be written; they are kept in memory and tried again. */
  onTrouble(error: unknown): void
  maxAgeMs?: number
  maxEvents?: number
}

const FLUSH_MS = 1_000
const HEARTBEAT_MS = 5_000
const RETENTION_MS = 10_000
const RETENTION_ROWS = 20_000
const DAY_MS = 24 * 3_600_000
const MOST_EVENTS = 1_000_000
const MOST_UNWRITTEN = 100_000
/** Enough to find who held and who waited when a window began. */
const EVENTS_BEFORE = 64
const MOST_IN_WINDOW = 20_000

export function openHistory(sql: Sql, options: HistoryOptions): History {
  const { now, onTrouble } = options
  const maxAgeMs = options.maxAgeMs ?? DAY_MS
  const maxEvents = options.maxEvents ?? MOST_EVENTS
  let last = Number(sql.all('select max(seq) as seq from event')[0]?.seq ?? 0)
  let unwritten: FleetEvent[] = []
  let heartbeatAt = Number.NEGATIVE_INFINITY

  const append = (events: readonly NewEvent[]): FleetEvent[] => {
    const numbered = events.map((event) => {
      last += 1
      return { seq: String(last), ...event }
    })
    for (const event of numbered) unwritten.push(event)
    if (unwritten.length > MOST_UNWRITTEN) unwritten = unwritten.slice(-MOST_UNWRITTEN)
    return numbered
  }

  const flush = (): boolean => {
    const at = now()
    if (unwritten.length === 0 && at - heartbeatAt < HEARTBEAT_MS) return true
    try {
      sql.transaction(() => {
        for (const event of unwritten) insertEvent(sql, event)
        writeFact(sql, 'heartbeat', String(at))
      })
      unwritten = []
      heartbeatAt = at
      return true
    } catch (error) {
      onTrouble(error)
      return false
    }
  }

  const forgetOld = (): void => {
    try {
      const first = Number(sql.all('select min(seq) as seq from event')[0]?.seq ?? 0)
      const aged = sql.all('select max(seq) as seq from event where at < ?', now() - maxAgeMs)[0]?.seq ?? 0
      const upTo = Math.max(Number(aged), last - maxEvents)
      if (upTo >= first) sql.run('delete from event where seq <= ?', Math.min(upTo, first + RETENTION_ROWS))
    } catch (error) {
      onTrouble(error)
    }
  }

  const read = (rows: readonly Record<string, unknown>[], isWanted: (event: FleetEvent) => boolean) =>
    rows
      .map(eventOf)
      .concat(unwritten.filter(isWanted))
      .sort((a, b) => Number(a.seq) - Number(b.seq))

  begin(sql, append, now())
  flush()
  forgetOld()
  const flushing = setInterval(flush, FLUSH_MS).unref()
  const forgetting = setInterval(forgetOld, RETENTION_MS).unref()

  return {
    append,
    ofLock: ({ lock, backend, from, to }) =>
      read(lockRows(sql, { lock, backend, from, to }), (event) => {
        const at = Date.parse(event.at)
        const concerns =
          event.lock === lock || (event.lock === null && (event.backend ?? backend) === backend)
        return concerns && at <= to && (at >= from || event.kind !== 'renewed')
      }),
    grantsBefore: (lock, seq) =>
      Number(
        sql.all(
          "select count(*) as n from event where lock = ? and kind = 'granted' and seq < ?",
          ...[lock, Number(seq)],
        )[0]?.n ?? 0,
      ),
    since: (at, limit) =>
      read(
        sql.all('select * from event where at >= ? order by seq desc limit ?', at, limit),
        (event) => Date.parse(event.at) >= at,
      ),
    close() {
      clearInterval(flushing)
      clearInterval(forgetting)
      append([notObserving(now())])
      if (flush()) writeFact(sql, 'running', 'no')
    },
  }
}

/**
 * From the last sign of life of the console before until each backend is seen again, nobody looks. The backends' own
 * `observing` ends that; before the very first one nobody ever looked.
 */
function begin(sql: Sql, append: (events: readonly NewEvent[]) => unknown, at: number): void {
  const before = readFact(sql, 'running')
  if (before === 'yes') {
    const lastEvent = Number(sql.all('select max(at) as at from event')[0]?.at ?? 0)
    const lastSign = Math.max(lastEvent, Number(readFact(sql, 'heartbeat') ?? 0))
    append([notObserving(Math.min(lastSign, at))])
  }
  writeFact(sql, 'running', 'yes')
}

const notObserving = (at: number): NewEvent => ({
  at: new Date(at).toISOString(),
  kind: 'not-observing',
  backend: null,
  lock: null,
  lockName: null,
  node: null,
  tokenDigest: null,
  label: null,
  fence: null,
  waiters: null,
})

function lockRows(sql: Sql, { lock, backend, from, to }: LockWindow) {
  return [
    ...sql.all(
      "select * from event where lock = ? and at < ? and kind <> 'renewed' order by seq desc limit ?",
      ...[lock, from, EVENTS_BEFORE],
    ),
    ...sql.all(
      `select * from event where lock is null and (backend is null or backend = ?) and at < ?
         and kind in ('observing', 'not-observing') order by seq desc limit 1`,
      ...[backend, from],
    ),
    ...sql.all(
      'select * from event where lock = ? and at between ? and ? order by seq desc limit ?',
      ...[lock, from, to, MOST_IN_WINDOW],
    ),
    ...sql.all(
      `select * from event where lock is null and (backend is null or backend = ?) and at between ? and ?
       order by seq desc limit ?`,
      ...[backend, from, to, MOST_IN_WINDOW],
    ),
  ]
}
