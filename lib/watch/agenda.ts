import { NONE } from './shelves.ts'

/** Something that is due at one time at most. Both are written by the agenda alone, in epoch ms. */
interface Noted {
  dueAt: number
  notedAt: number
}

/** So many are due at once, so that a hundred thousand at one time leave room for everything else. */
const PORTION = 250

/**
 * What is to be looked at, and when. An item is noted once; one that is put off stays noted for the earlier time and is noted
 * anew when that has come.
 */
export class Agenda<T extends Noted> {
  readonly #times: number[] = []
  readonly #items: T[] = []
  readonly #onDue: (items: T[]) => void
  #timer: NodeJS.Timeout | null = null
  #timerAt = Number.POSITIVE_INFINITY

  constructor(onDue: (items: T[]) => void) {
    this.#onDue = onDue
  }

  /** Epoch ms; null takes it off. */
  set(item: T, at: number | null): void {
    item.dueAt = at === null ? NONE : Math.ceil(at)
    if (item.dueAt === NONE || (item.notedAt !== NONE && item.notedAt <= item.dueAt)) return
    this.#note(item)
    this.#arm()
  }

  close(): void {
    this.#times.length = 0
    this.#items.length = 0
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #note(item: T): void {
    item.notedAt = item.dueAt
    this.#push(item.dueAt, item)
  }

  #arm(): void {
    const [next] = this.#times
    if (next === undefined || (this.#timer && this.#timerAt <= next)) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timerAt = next
    const waitMs = Math.min(Math.max(1, next - Date.now()), 2 ** 30)
    this.#timer = setTimeout(() => this.#fire(), waitMs)
  }

  #fire(): void {
    this.#timer = null
    this.#timerAt = Number.POSITIVE_INFINITY
    const now = Date.now()
    const due: T[] = []
    while (due.length < PORTION && this.#times[0] !== undefined && this.#times[0] <= now) {
      const at = this.#times[0]
      const item = this.#pop()
      // One that was noted again for an earlier time has had its turn.
      if (item?.notedAt !== at) continue
      item.notedAt = NONE
      if (item.dueAt === NONE) continue
      if (item.dueAt > now) this.#note(item)
      else {
        item.dueAt = NONE
        due.push(item)
      }
    }
    if (due.length > 0) this.#onDue(due)
    this.#arm()
  }

  #push(at: number, item: T): void {
    let index = this.#times.push(at) - 1
    this.#items.push(item)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if ((this.#times[parent] ?? at) <= at) break
      this.#move(parent, index)
      index = parent
    }
    this.#times[index] = at
    this.#items[index] = item
  }

  #pop(): T | undefined {
    const [first] = this.#items
    const at = this.#times.pop()
    const item = this.#items.pop()
    const { length } = this.#times
    if (length === 0 || at === undefined || item === undefined) return first
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      if (left >= length) break
      const right = left + 1
      const child = right < length && (this.#times[right] ?? at) < (this.#times[left] ?? at) ? right : left
      if ((this.#times[child] ?? at) >= at) break
      this.#move(child, index)
      index = child
    }
    this.#times[index] = at
    this.#items[index] = item
    return first
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number
    this.#items[to] = this.#items[from] as T
  }
}
