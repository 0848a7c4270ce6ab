import type { Row, Sql } from './database.ts'

export interface Limits {
  maxAgeMs: number
  /** Of the file with the events. */
  maxBytes: number
}

const PORTION = 2_000
/** Of each second: enough to forget as fast as things happen, and others want to be answered meanwhile. */
const WITHIN_MS = 250
/** Below the limit, so that there is room until the next round. */
const FULL = 0.9
const NUMBERS_PORTION = 200
const PAGES_GIVEN_BACK = 256
/** Free pages are used again before the file grows; only of many of them some are given back. */
const PAGES_KEPT = 1_024

/** Forgets what is too old or too much, a portion at a time. */
export class Retention {
  readonly #sql: Sql
  readonly #limits: Limits
  readonly #onForget: (lock: string) => void
  #numbersFrom = 0

  constructor(sql: Sql, limits: Limits, onForget: (lock: string) => void) {
    this.#sql = sql
    this.#limits = limits
    this.#onForget = onForget
  }

  /** How much the file is; `used` without the pages that are free. */
  bytes(): { file: number; used: number } {
    const [size, pages, free] = ['page_size', 'page_count', 'freelist_count'].map((name) =>
      Number(this.#sql.all(`pragma ${name}`)[0]?.[name] ?? 0),
    )
    return { file: (size ?? 0) * (pages ?? 0), used: (size ?? 0) * ((pages ?? 0) - (free ?? 0)) }
  }

  /** Answers how many events are forgotten. */
  round(now: number): number {
    const until = performance.now() + WITHIN_MS
    let forgotten = 0
    for (let gone = -1; gone !== 0 && performance.now() < until; forgotten += gone) {
      gone = this.#forgetEvents(now)
    }
    this.#forgetCheckpoints()
    this.#forgetNumbers()
    this.#giveBack()
    return forgotten
  }

  /** How many; there may be more unless it was none. */
  #forgetEvents(now: number): number {
    const first = this.#first()
    if (first === null) return 0
    const end = first + PORTION
    const isFull = this.bytes().used > this.#limits.maxBytes * FULL
    const [young] = isFull ? [] : this.#youngBefore(end, now - this.#limits.maxAgeMs)
    const upTo = young ? Number(young.seq) - 1 : end - 1
    return upTo >= first ? this.#sql.run('delete from event where seq <= ?', upTo) : 0
  }

  /** The first that is not old. Events are told in another order than they happen. */
  #youngBefore(seq: number, at: number): Row[] {
    return this.#sql.all('select seq from event where seq < ? and at >= ? order by seq limit 1', seq, at)
  }

  #first(): number | null {
    const seq = this.#sql.all('select min(seq) as seq from event')[0]?.seq ?? null
    return seq === null ? null : Number(seq)
  }

  /** A checkpoint is of use while everything after it is there; the last one always. */
  #forgetCheckpoints(): void {
    const first = this.#first() ?? Number.MAX_SAFE_INTEGER
    const gone = this.#sql.all(
      'select seq from checkpoint where seq < ? and seq < (select max(seq) from checkpoint) limit 20',
      first - 1,
    )
    for (const { seq } of gone) {
      this.#sql.transaction(() => {
        this.#sql.run('delete from checkpoint_part where checkpoint = ?', Number(seq))
        this.#sql.run('delete from checkpoint where seq = ?', Number(seq))
      })
    }
  }

  /** A lock of which nothing is left needs no number. */
  #forgetNumbers(): void {
    const rows = this.#sql.all(
      `select id, lock, exists (select 1 from event where event.lock = lock.id) as is_used from lock
         where id > ? order by id limit ?`,
      ...[this.#numbersFrom, NUMBERS_PORTION],
    )
    this.#numbersFrom = rows.length < NUMBERS_PORTION ? 0 : Number(rows.at(-1)?.id)
    const unused = rows.filter((row) => row.is_used === 0)
    if (unused.length === 0) return
    this.#sql.transaction(() => {
      for (const { id, lock } of unused) {
        this.#onForget(String(lock))
        this.#sql.run('delete from usual where lock = ?', Number(id))
        this.#sql.run('delete from lock where id = ?', Number(id))
      }
    })
  }

  #giveBack(): void {
    const free = Number(this.#sql.all('pragma freelist_count')[0]?.freelist_count ?? 0)
    if (free > PAGES_KEPT || (free > 0 && this.bytes().file > this.#limits.maxBytes)) {
      this.#sql.all(`pragma incremental_vacuum(${Math.min(free, PAGES_GIVEN_BACK)})`)
    }
  }
}
