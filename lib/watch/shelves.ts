/** So many rows stand on a shelf. */
const ROOM = 1_024

/** For numbers that are null, and times that are never: nothing is ever measured to be that. */
export const NONE = -(2 ** 31)

/** Where each of their times begins on a shelf: those of all its things stand side by side. */
export const OBSERVED_AT = 0 * ROOM
export const HELD_SINCE = 1 * ROOM
export const RENEWED_AT = 2 * ROOM
export const DUE_AT = 3 * ROOM
export const NOTED_AT = 4 * ROOM
export const QUESTION = 5 * ROOM
const TIMES = 6

/** The same of numbers that are not as great. */
export const RENEWALS = 0 * ROOM
export const REMAINING_MS = 1 * ROOM
export const TTL_MS = 2 * ROOM
const COUNTS = 3
export const GREATEST_COUNT = 2 ** 31 - 1

/** What stands on a shelf has its numbers there: as fields of an object they would be most of what it takes. */
export interface Shelved<T> {
  readonly shelf: Shelf<T>
  /** Its place on the shelf. */
  readonly at: number
}

export interface Shelf<T> {
  readonly times: Float64Array
  readonly counts: Int32Array
  /** Null where something stood. */
  readonly items: (T | null)[]
  readonly freed: number[]
}

/** Many things, each at one place for as long as it is there, so that whoever goes through them meets each once. */
export class Shelves<T extends Shelved<T>> {
  readonly #shelves: Shelf<T>[] = []
  /** Those with room. */
  #open: Shelf<T>[] = []

  /** `make` is told of its place. */
  add(make: (shelf: Shelf<T>, at: number) => T): T {
    const shelf = this.#open.at(-1) ?? this.#another()
    const at = shelf.freed.pop() ?? shelf.items.length
    for (let place = at; place < TIMES * ROOM; place += ROOM) shelf.times[place] = NONE
    for (let place = at; place < COUNTS * ROOM; place += ROOM) shelf.counts[place] = NONE
    const item = make(shelf, at)
    shelf.items[at] = item
    if (shelf.freed.length === 0 && shelf.items.length === ROOM) this.#open.pop()
    return item
  }

  delete({ shelf, at }: T): void {
    if (shelf.freed.length === 0 && shelf.items.length === ROOM) this.#open.push(shelf)
    shelf.items[at] = null
    shelf.freed.push(at)
  }

  get all(): readonly Shelf<T>[] {
    return this.#shelves
  }

  #another(): Shelf<T> {
    const [times, counts] = [new Float64Array(TIMES * ROOM), new Int32Array(COUNTS * ROOM)]
    const shelf: Shelf<T> = { times, counts, items: [], freed: [] }
    this.#shelves.push(shelf)
    this.#open.push(shelf)
    return shelf
  }
}

/** Goes through what stands on them. What comes meanwhile may be met or not. */
export const walk = <T>(shelves: readonly Shelf<T>[]): IterableIterator<T> => new Walk(shelves)

/**
 * By hand, and with one answer for all: a generator takes as long for each of very many as whoever looks at it, and each answer
 * would have to be cleared away.
 */
class Walk<T> implements IterableIterator<T> {
  readonly #shelves: readonly Shelf<T>[]
  #shelf = 0
  #items: readonly (T | null)[] = []
  #index = 0
  readonly #answer: { done: boolean; value: T | undefined } = { done: false, value: undefined }

  constructor(shelves: readonly Shelf<T>[]) {
    this.#shelves = shelves
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<T, undefined> {
    const answer = this.#answer as IteratorResult<T, undefined>
    answer.value = this.#next()
    answer.done = answer.value === undefined
    return answer
  }

  #next(): T | undefined {
    for (;;) {
      while (this.#index < this.#items.length) {
        const item = this.#items[this.#index++]
        // Written out: to compare it with both at once, each would have to be looked at.
        if (item !== null && item !== undefined) return item
      }
      const next = this.#shelves[this.#shelf++]
      if (!next) return undefined
      this.#items = next.items
      this.#index = 0
    }
  }
}
