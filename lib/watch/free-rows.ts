import type { Row } from './row.ts'
import type { Rows } from './rows.ts'

/** How long a lock that nobody has any more is still known, unless there are too many of them. */
const FORGET_AFTER_MS = 15 * 60_000
const MOST_FREE = 20_000
const PORTION = 500

interface Freed {
  rows: Rows
  row: Row
  /** When it became free. */
  at: number
}

/** Those that nobody has, the first to be forgotten first. */
export class FreeRows {
  #freed: Freed[] = []
  #passed = 0
  readonly #onForget: (all: Freed[]) => void
  #timer: NodeJS.Timeout | null = null
  #isUrgent = false

  constructor(onForget: (all: Freed[]) => void) {
    this.#onForget = onForget
  }

  note(rows: Rows, row: Row, wasFree: boolean): void {
    if (wasFree && row.freeSince !== null) return
    row.freeSince = Date.now()
    this.#freed.push({ rows, row, at: row.freeSince })
    this.#arm()
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#freed = []
    this.#passed = 0
  }

  get #left(): number {
    return this.#freed.length - this.#passed
  }

  #arm(): void {
    const first = this.#freed[this.#passed]
    const isUrgent = this.#left > MOST_FREE
    if (!first || (this.#timer && (this.#isUrgent || !isUrgent))) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#isUrgent = isUrgent
    const dueAt = isUrgent ? 0 : first.at + FORGET_AFTER_MS
    this.#timer = setTimeout(() => this.#fire(), Math.max(1, dueAt - Date.now()))
  }

  #fire(): void {
    this.#timer = null
    const limit = Date.now() - FORGET_AFTER_MS
    const gone: Freed[] = []
    for (let seen = 0; seen < PORTION; seen++) {
      const first = this.#freed[this.#passed]
      if (!first || (first.at > limit && this.#left <= MOST_FREE)) break
      this.#passed += 1
      // It may have been taken meanwhile, and be free again since a later time.
      if (first.row.state === 'free' && first.row.freeSince === first.at) gone.push(first)
    }
    if (this.#passed > 1_000 && this.#passed > this.#left) {
      this.#freed = this.#freed.slice(this.#passed)
      this.#passed = 0
    }
    if (gone.length > 0) this.#onForget(gone)
    this.#arm()
  }
}
