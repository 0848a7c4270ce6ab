import type { FleetEvent } from '../fleet/event.ts'
import type { LockKind } from '../fleet/lock.ts'
import { spans } from '../fleet/spans.ts'
import type { LockState } from '../fleet/states.ts'
import type { Timeline } from '../fleet/timeline.ts'
import type { Usual } from '../fleet/usual.ts'
import { foldAt, stoodAt, wasObserved, writeCheckpoint } from './checkpoints.ts'
import type { Sql } from './database.ts'
import { eventOf, insertEvent, SELECT_EVENTS } from './event-row.ts'
import { writeFact } from './facts.ts'
import type { Fold, Stood } from './fold.ts'
import { LockNumbers } from './lock-numbers.ts'
import { type Limits, Retention } from './retention.ts'
import { Usuals } from './usuals.ts'

/** Times are epoch ms; `to` may lie ahead. */
export interface LockWindow {
  lock: string
  backend: string
  kind: LockKind | undefined
  from: number
  to: number
  now: number
}

/** One lock as it stood at a past time. */
export interface PastLock {
  lock: string
  backend: string | null
  name: string | null
  /** `unknown` when nobody looked. */
  state: LockState
  waiters: number | null
  holders: { tokenDigest: string; label: string; fence: string | null; since: string }[]
}

export interface PastPage {
  locks: PastLock[]
  total: number
  /** Which backends somebody looked at. */
  observed: string[]
  /** Events from before that time are missing: there may have been more holds. */
  isPatchy: boolean
}

export interface HistorySize {
  bytes: number
  events: number
}

/** Enough to find who held and who waited when a window began. */
const EVENTS_BEFORE = 64
const MOST_IN_WINDOW = 10_000
/** The one that a span's hold is told to begin with is among these. */
const PAST_LIVES_MS = 30_000
const CHECKPOINT_EVERY_MS = 5 * 60_000
const CHECKPOINT_AT_LAST_MS = 60 * 60_000
/** After so many events it is worth its while to write down how things stand, soon. */
const CHECKPOINT_EVENTS = 50_000
const CHECKPOINT_SOON_MS = 10_000
/** Of very many locks it is not, as long as hardly anything happened. */
const CHECKPOINT_SHARE = 20
const USUALS_A_ROUND = 1_000

/** The history's side of the disk. Everything in it takes its time: it has a thread of its own. */
export class Recorder {
  readonly #sql: Sql
  readonly #numbers: LockNumbers
  readonly #usuals: Usuals
  readonly #retention: Retention
  #events: number
  #checkpoint: { at: number; events: number; locks: number }
  #past: { at: number; madeAt: number; fold: Fold; ids: string[] } | null = null

  constructor(sql: Sql, limits: Limits) {
    this.#sql = sql
    this.#numbers = new LockNumbers(sql)
    this.#usuals = new Usuals(sql, this.#numbers)
    this.#retention = new Retention(sql, limits, (lock) => {
      this.#usuals.forget(lock)
      this.#numbers.forget(lock)
    })
    const [last] = sql.all('select seq, at, locks from checkpoint order by seq desc limit 1')
    const eventsAfter = (seq: number) =>
      Number(sql.all('select count(*) as n from event where seq > ?', seq)[0]?.n ?? 0)
    const events = eventsAfter(Number(last?.seq ?? 0))
    this.#checkpoint = { at: Number(last?.at ?? 0), locks: Number(last?.locks ?? 0), events }
    this.#events = eventsAfter(0)
  }

  /** Answers the locks whose fence went down, with the highest fence before. */
  record(events: readonly FleetEvent[], now: number): [lock: string, fenceBefore: string][] {
    let made = 0
    const down: [string, string][] = []
    try {
      this.#sql.transaction(() => {
        for (const event of events) {
          const inserted = insertEvent(this.#sql, this.#numbers, event)
          made += inserted.made
          if (event.lock !== null && inserted.fenceBefore !== null)
            down.push([event.lock, inserted.fenceBefore])
        }
        writeFact(this.#sql, 'heartbeat', String(now))
      })
    } catch (error) {
      this.#numbers.forgetAll()
      throw error
    }
    this.#events += made
    this.#checkpoint.events += made
    for (const event of events) this.#usuals.add(event)
    return down
  }

  /** What has to be done from time to time. */
  tidy(now: number): void {
    this.#usuals.write(USUALS_A_ROUND)
    if (this.#isCheckpointDue(now)) this.checkpoint(now)
    this.#events -= this.#retention.round(now)
  }

  checkpoint(now: number): void {
    const { locks } = writeCheckpoint(this.#sql, now)
    this.#checkpoint = { at: now, events: 0, locks }
  }

  timeline({ lock, backend, kind, from, to, now }: LockWindow): Timeline {
    const window = { from: iso(from), to: iso(to), now: iso(now) }
    const id = this.#numbers.find(lock)?.id ?? -1
    const { events, cutAt } = this.#windowOf(id, backend, from, to)
    const all = [...this.#toldBefore(events, lock, backend, from), ...events]
    const told = spans(all, window, this.#grantsBefore(id, all), kind)
    if (cutAt === null) return told
    const says = `of what was before, only the newest ${MOST_IN_WINDOW} events are shown`
    return {
      ...told,
      gaps: [{ from: window.from, to: cutAt }, ...told.gaps],
      markers: [{ at: cutAt, kind: 'cut', says }, ...told.markers],
    }
  }

  /** Oldest first, at most `limit`, of those with a higher number. */
  since(at: number, seq: number, limit: number): FleetEvent[] {
    return this.#sql
      .all(`${SELECT_EVENTS} where at >= ? and seq > ? order by seq limit ?`, at, seq, limit)
      .map(eventOf)
  }

  /** The number before the oldest of the newest `limit` events since then. */
  beforeNewest(at: number, limit: number): number {
    const [row] = this.#sql.all(
      'select seq from event where at >= ? order by seq desc limit 1 offset ?',
      at,
      limit,
    )
    return Number(row?.seq ?? 0)
  }

  usual(locks: readonly string[]): [lock: string, usual: Usual][] {
    return locks.map((lock) => [lock, this.#usuals.of(lock)])
  }

  /** How the fleet stood then, page by page. */
  past(at: number, from: number, limit: number, now: number): PastPage {
    if (this.#past?.at !== at || now - this.#past.madeAt > PAST_LIVES_MS) {
      const fold = foldAt(this.#sql, at)
      this.#past = { at, madeAt: now, fold, ids: [...fold.locks.keys()].sort() }
    }
    const { fold, ids } = this.#past
    return {
      locks: ids.slice(from, from + limit).map((id) => pastLock(fold, id)),
      total: ids.length,
      observed: [...fold.observed].filter(([, isObserved]) => isObserved).map(([backend]) => backend),
      isPatchy: fold.isPatchy,
    }
  }

  size(): HistorySize {
    return { bytes: this.#retention.bytes().file, events: this.#events }
  }

  /** The console ends as it should. */
  end(): void {
    this.#usuals.write(Number.POSITIVE_INFINITY)
    writeFact(this.#sql, 'running', 'no')
    this.#sql.close()
  }

  #isCheckpointDue(now: number): boolean {
    const { at, events, locks } = this.#checkpoint
    const ageMs = now - at
    if (events === 0) return false
    if (events >= CHECKPOINT_EVENTS) return ageMs >= CHECKPOINT_SOON_MS
    const isWorthIt = events >= locks / CHECKPOINT_SHARE
    return ageMs >= (isWorthIt ? CHECKPOINT_EVERY_MS : CHECKPOINT_AT_LAST_MS)
  }

  #windowOf(id: number, backend: string, from: number, to: number) {
    const ofLock = this.#sql.all(
      `${SELECT_EVENTS} where event.lock = ? and +at between ? and ? order by seq desc limit ?`,
      ...[id, from, to, MOST_IN_WINDOW],
    )
    const oldest = ofLock.length === MOST_IN_WINDOW ? ofLock.at(-1) : undefined
    const before = oldest
      ? []
      : this.#sql.all(
          `${SELECT_EVENTS} where event.lock = ? and +at < ? and kind <> 'renewed' order by seq desc limit ?`,
          ...[id, from, EVENTS_BEFORE],
        )
    const general = 'event.lock is null and (event.backend is null or event.backend = ?)'
    const newestBefore = (which: string) =>
      this.#sql.all(
        `${SELECT_EVENTS} where ${general} and +at < ? and ${which} order by seq desc limit 1`,
        ...[backend, from],
      )
    const looked = [...newestBefore(IS_LOOKING), ...newestBefore(IS_BREAK), ...newestBefore(IS_WHOLE_AGAIN)]
    const meanwhile = this.#sql.all(
      `${SELECT_EVENTS} where ${general} and +at between ? and ? order by seq desc limit ?`,
      ...[backend, from, to, MOST_IN_WINDOW],
    )
    const rows = [...before, ...looked, ...ofLock, ...meanwhile].sort((a, b) => Number(a.seq) - Number(b.seq))
    return { events: rows.map(eventOf), cutAt: oldest ? iso(Number(oldest.at)) : null }
  }

  /** Of a hold, or of a console, that is older than every event, only a checkpoint tells. */
  #toldBefore(events: readonly FleetEvent[], lock: string, backend: string, from: number): FleetEvent[] {
    const older = events.filter(({ at }) => Date.parse(at) < from)
    const isTold = older.some(({ kind }) => kind === 'observing' || kind === 'not-observing')
    const isLooking = !isTold && wasObserved(this.#sql, from, backend)
    const stood = older.some((event) => event.lock !== null) ? null : stoodAt(this.#sql, from, lock)
    return [...(isLooking ? [observingAt(backend, from - 1)] : []), ...(stood ? grantsOf(lock, stood) : [])]
  }

  #grantsBefore(id: number, events: readonly FleetEvent[]): number {
    const first = events.find(({ kind }) => kind === 'granted')
    if (!first) return 0
    const [row] = this.#sql.all('select nth from event where seq = ? and lock = ?', Number(first.seq), id)
    return Math.max(0, Number(row?.nth ?? 1) - 1)
  }
}

/** Whether somebody looks, from then on. */
const IS_LOOKING = `(kind = 'not-observing' or (kind = 'observing' and event.backend is not null))`
/** What is not spoken of after it may be over. */
const IS_BREAK = `(kind = 'not-recorded' or (kind = 'not-observing' and event.backend is null))`
const IS_WHOLE_AGAIN = `(kind = 'observing' and event.backend is null)`

const grantsOf = (lock: string, stood: Stood): FleetEvent[] =>
  stood.holders.map(({ tokenDigest, label, fence, since }, at) => ({
    seq: String(at + 1),
    at: iso(since),
    kind: 'granted',
    ...{ backend: stood.backend, lock, lockName: stood.name, node: null },
    ...{ tokenDigest, label, fence, waiters: stood.waiters },
  }))

const observingAt = (backend: string, at: number): FleetEvent => ({
  ...{ seq: '0', at: iso(at), kind: 'observing', backend, lock: null, lockName: null, node: null },
  ...{ tokenDigest: null, label: null, fence: null, waiters: null },
})

const iso = (ms: number): string => new Date(ms).toISOString()

function pastLock(fold: Fold, lock: string): PastLock {
  const stood = fold.locks.get(lock)
  const backend = stood?.backend ?? null
  const nothing = { lock, backend, name: stood?.name ?? null }
  if (!stood || (backend !== null && fold.observed.get(backend) !== true)) {
    return { ...nothing, state: 'unknown', waiters: null, holders: [] }
  }
  const holders = stood.holders.map((holder) => ({ ...holder, since: iso(holder.since) }))
  return { ...nothing, state: stood.state, waiters: stood.waiters, holders }
}
