import type { LockTable } from '../fleet/brief.ts'
import type { NewEvent } from '../fleet/event.ts'
import { highestFenceOf, isHigher } from '../fleet/fences.ts'
import type { Lock, Waiters } from '../fleet/lock.ts'
import { reduce } from '../fleet/reduce.ts'
import type { KeyId } from '../fleet/sighting.ts'
import type { Verdict } from '../fleet/verdict.ts'
import { judge, judgeAgainAt } from '../fleet/verdicts/index.ts'
import type { Context, Usual } from '../fleet/verdicts/rule.ts'
import { Circles } from './circles.ts'
import { FleetTable } from './fleet-table.ts'
import { FreeRows } from './free-rows.ts'
import { keyIdOf } from './lock-ids.ts'
import type { Row } from './row.ts'
import { Rows, type RowsOptions } from './rows.ts'
import { saysTheSame } from './same-lock.ts'
import type { Change } from './watch.ts'

/** Sentences with durations in them grow old. Where many locks have some, only who asks gets them fresh. */
const SAY_AGAIN_MS = 5_000
const FEW_TROUBLED = 300

interface Options {
  onTrouble: (error: unknown) => void
  onForget: (rows: Rows, key: KeyId) => void
  /** How long a lock is usually held, if that is known. */
  usualOf: (id: string) => Usual | null
  /** The highest fence that was ever recorded of a lock, when a lower one was granted after it. */
  fenceBefore?: ((id: string) => string | null) | undefined
}

/** What was made of the readings of one key, without verdicts yet, and what had been made of them before. */
export interface Reading {
  key: KeyId
  /** Where it is kept, if it is known. */
  row: Row | undefined
  before: Lock | null
  lock: Lock
  /** Nobody was told of what happened in between. */
  isGap?: boolean
}

/** Every lock that is known. Readings come in; what is new about them is told. */
export class FleetState {
  version = 0
  readonly locks: LockTable
  readonly #options: Options
  readonly #backends: Rows[] = []
  readonly #free: FreeRows
  readonly #listeners = new Set<(change: Change) => void>()
  /** The queue as it was before its voters fell silent. */
  readonly #lastQueues = new Map<Row, Waiters>()
  readonly #circles: Circles
  readonly #context: Context
  #troubled = 0

  constructor(options: Options) {
    this.#options = options
    this.locks = new FleetTable(this.#backends, (rows, row) => this.#judgedLock(rows, row))
    this.#free = new FreeRows((all) => this.#forget(all))
    this.#circles = new Circles(this.locks, (ids) => this.#judgeAgain(ids))
    this.#context = {
      usualOf: ({ id }) => options.usualOf(id),
      deadlockOf: (id) => this.#circles.of(id),
    }
  }

  /** A place for the locks of one more backend. */
  rowsFor(options: RowsOptions): Rows {
    const rows: Rows = new Rows(options, (due) => this.#due(rows, due))
    this.#backends.push(rows)
    return rows
  }

  /** A row is forgotten some time after its lock is free; what was recorded is not. */
  highestFence(id: string, row: Row | undefined): string | null {
    const known = row?.highestFence ?? null
    const recorded = this.#options.fenceBefore?.(id) ?? null
    return recorded === null ? known : highestFenceOf([{ fence: known }, { fence: recorded }])
  }

  /** Something was recorded of its fences that is told after it was read. */
  fenceWentDown(id: string): void {
    for (const rows of this.#backends) {
      const row = rows.byId(id)
      const before = row && rows.lockOf(row)
      const present = highestFenceOf(before?.holders ?? [])
      if (!row || !before || present === null) continue
      const fenceBefore = this.highestFence(id, row)
      if (fenceBefore === null || !isHigher(fenceBefore, present)) continue
      this.put(rows, [{ key: keyIdOf(row.key), row, before, lock: { ...before, fenceBefore } }])
    }
  }

  put(rows: Rows, readings: readonly Reading[]): void {
    const changed: string[] = []
    const events: NewEvent[] = []
    for (const reading of readings) {
      const { row: known, before, lock } = reading
      const told = this.#told(before, known)
      events.push(
        ...(lock.confidence === 'candidate' ? setAside(told, lock) : reduce(told, lock, reading.isGap)),
      )
      if (this.#keep(rows, reading)) changed.push(lock.id)
    }
    if (changed.length > 0 || events.length > 0) this.#publish({ changed, events })
  }

  /** What concerns nodes or backends. */
  tell(events: readonly NewEvent[], nodes: boolean): void {
    this.#publish({ events, nodes })
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    for (const rows of this.#backends) rows.agenda.close()
    this.#free.close()
    this.#circles.close()
    this.#listeners.clear()
  }

  /** Whether it says something new. */
  #keep(rows: Rows, { key, row: known, before, lock }: Reading): boolean {
    const now = Date.now()
    const found = known?.type.found ?? ''
    const wasFree = known?.state === 'free'
    const verdicts = this.#judge(lock, now)
    const row = rows.keep(key, known, lock, verdicts)
    this.#count(found, row.type.found)
    this.#plan(rows, row, lock, now)
    this.#noteQueue(row, lock.waiters)
    if (hasQueue(lock) || (before && hasQueue(before))) this.#circles.haveChanged()
    if (lock.state === 'free') this.#free.note(rows, row, wasFree)
    return before === null || !known || found !== row.type.found || !saysTheSame(before, lock)
  }

  #plan(rows: Rows, row: Row, lock: Lock, now: number): void {
    const times = [rows.options.lookAt(lock), judgeAgainAt(lock, now, this.#context)]
    if (row.type.found !== '' && this.#troubled <= FEW_TROUBLED) times.push(now + SAY_AGAIN_MS)
    const soonest = times.filter((at) => at !== null)
    rows.agenda.set(row, soonest.length > 0 ? Math.min(...soonest) : null)
  }

  #due(rows: Rows, due: readonly Row[]): void {
    const now = Date.now()
    const changed: string[] = []
    const look: KeyId[] = []
    for (const row of due) {
      const lock = rows.lockOf(row)
      const lookAt = rows.options.lookAt(lock)
      const isToBeRead = lookAt !== null && lookAt <= now
      if (isToBeRead) look.push(keyIdOf(row.key))
      const { found } = row.type
      rows.judged(row, lock, this.#judge(lock, now))
      this.#count(found, row.type.found)
      // The reading that was asked for plans it anew.
      if (!isToBeRead) this.#plan(rows, row, lock, now)
      const isSaidAgain = found !== '' && this.#troubled <= FEW_TROUBLED
      if (found !== row.type.found || isSaidAgain) changed.push(lock.id)
    }
    if (look.length > 0) rows.options.look(look)
    if (changed.length > 0) this.#publish({ changed })
  }

  #judgedLock(rows: Rows, row: Row): Lock {
    const lock = rows.lockOf(row)
    if (row.type.found !== '') lock.verdicts = this.#judge(lock, Date.now())
    return lock
  }

  /** Of what only might be a lock nothing is said. */
  #judge(lock: Lock, now: number): Verdict[] {
    return lock.confidence === 'candidate' ? [] : judge(lock, now, this.#context)
  }

  /** Something beside them has changed. */
  #judgeAgain(ids: readonly string[]): void {
    for (const rows of this.#backends) {
      const known = ids.flatMap((id) => rows.byId(id) ?? [])
      if (known.length > 0) this.#due(rows, known)
    }
  }

  #count(before: string, after: string): void {
    this.#troubled += (after === '' ? 0 : 1) - (before === '' ? 0 : 1)
  }

  #noteQueue(row: Row, waiters: Waiters): void {
    if (!waiters.known) return
    if (waiters.count > 0) this.#lastQueues.set(row, waiters)
    else this.#lastQueues.delete(row)
  }

  /** What was told of before: nothing while it only might have been a lock. */
  #told(before: Lock | null, row: Row | undefined): Lock | null {
    if (!before || !row || before.confidence === 'candidate') return null
    const waiters = this.#lastQueues.get(row)
    return before.waiters.known || !waiters ? before : { ...before, waiters }
  }

  #forget(all: readonly { rows: Rows; row: Row }[]): void {
    const gone: string[] = []
    for (const { rows, row } of all) {
      gone.push(row.id)
      const key = keyIdOf(row.key)
      this.#count(row.type.found, '')
      this.#lastQueues.delete(row)
      rows.delete(row)
      this.#options.onForget(rows, key)
    }
    if (gone.length > 0) this.#publish({ gone })
  }

  #publish(part: Partial<Change>): void {
    this.version += 1
    const change: Change = { changed: [], gone: [], events: [], nodes: false, ...part }
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        // Whoever follows must not stop the reading.
        this.#options.onTrouble(error)
      }
    }
  }
}

/** It only might be a lock any more: what was told of it has ended, nobody saw how. */
function setAside(told: Lock | null, lock: Lock): NewEvent[] {
  if (told === null) return []
  const gone = reduce(told, {
    ...lock,
    state: 'unknown',
    holders: [],
    waiters: { known: true, count: 0, list: [] },
  })
  return gone.map((event) => ({ ...event, state: 'free' }))
}

const hasQueue = ({ waiters }: Lock): boolean => waiters.known && waiters.count > 0
