import type { Sql } from './database.ts'

/** A lock as the file knows it: by a small number, so that a row of an event is short. */
export interface NumberedLock {
  readonly id: number
  /** How often it was granted, as far as is known: tells the tints of its holds apart. */
  grants: number
}

interface Told {
  lock: string
  backend: string | null
  lockName: string | null
}

const MOST_REMEMBERED = 50_000
/** Names may be as long as a store allows; what is shown of them is not. */
const LONGEST_NAME = 1_000

/** Gives numbers to locks. Those that were met last are remembered. */
export class LockNumbers {
  readonly #sql: Sql
  readonly #known = new Map<string, NumberedLock>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Null when nothing was ever recorded of it. */
  find(lock: string): NumberedLock | null {
    const known = this.#known.get(lock)
    if (known) return known
    const id = this.#sql.all('select id from lock where lock = ?', lock)[0]?.id
    return id === undefined
      ? null
      : this.#remember(lock, { id: Number(id), grants: this.#grants(Number(id)) })
  }

  number({ lock, backend, lockName }: Told): NumberedLock {
    const found = this.find(lock)
    if (found) return found
    const name = lockName?.slice(0, LONGEST_NAME) ?? null
    const [row] = this.#sql.all(
      'insert into lock (lock, backend, name) values (?, ?, ?) returning id',
      ...[lock, backend, name],
    )
    return this.#remember(lock, { id: Number(row?.id), grants: 0 })
  }

  forget(lock: string): void {
    this.#known.delete(lock)
  }

  /** What was numbered in a transaction that failed has no number. */
  forgetAll(): void {
    this.#known.clear()
  }

  #remember(lock: string, numbered: NumberedLock): NumberedLock {
    this.#known.set(lock, numbered)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest)
    return numbered
  }

  #grants(id: number): number {
    const [last] = this.#sql.all(
      'select nth from event where lock = ? and nth is not null order by seq desc limit 1',
      id,
    )
    return Number(last?.nth ?? 0)
  }
}
