import { highestFenceOf, isHigher } from '../fleet/fences.ts'
import type { Row, Sql } from './database.ts'

/** A lock as the file knows it: by a small number, so that a row of an event is short. */
export interface NumberedLock {
  readonly id: number
  /** How often it was granted, as far as is known: tells the tints of its holds apart. */
  grants: number
  /** The highest that was ever recorded of it. */
  fence: string | null
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
    const [row] = this.#sql.all('select id, fence from lock where lock = ?', lock)
    if (!row) return null
    const id = Number(row.id)
    const grants = Number(this.#newestWith('nth', id) ?? 0)
    const fences = [row.fence, this.#newestWith('fence', id)]
    const fence = highestFenceOf(fences.map((each) => ({ fence: each == null ? null : String(each) })))
    return this.#remember(lock, { id, grants, fence })
  }

  number({ lock, backend, lockName }: Told): NumberedLock {
    const found = this.find(lock)
    if (found) return found
    const name = lockName?.slice(0, LONGEST_NAME) ?? null
    const [row] = this.#sql.all(
      'insert into lock (lock, backend, name) values (?, ?, ?) returning id',
      ...[lock, backend, name],
    )
    return this.#remember(lock, { id: Number(row?.id), grants: 0, fence: null })
  }

  /** Answers the highest fence that was ever recorded when this one is lower, and else null. */
  fenceAbove(lock: NumberedLock, fence: string): string | null {
    if (lock.fence === null || !isHigher(lock.fence, fence)) {
      lock.fence = fence
      return null
    }
    this.#sql.run('update lock set fence = ? where id = ?', lock.fence, lock.id)
    return lock.fence
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

  #newestWith(column: 'nth' | 'fence', id: number): Row[string] | undefined {
    const [last] = this.#sql.all(
      `select ${column} from event where lock = ? and ${column} is not null order by seq desc limit 1`,
      id,
    )
    return last?.[column]
  }
}
