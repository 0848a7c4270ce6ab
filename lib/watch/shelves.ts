/** So many rows stand on a shelf. */
const ROOM = 1_024

/** For numbers that are null, and times that are never: nothing is ever measured to be that. */
export const NONE = -(2 ** 31)

/** Which number of a row stands where. */
export const OBSERVED_AT = 0
export const HELD_SINCE = 1
export const RENEWED_AT = 2
export const RENEWALS = 3
export const REMAINING_MS = 4
export const TTL_MS = 5
export const QUESTION = 6
export const DUE_AT = 7
export const NOTED_AT = 8
const WIDTH = 9

/** What stands on a shelf has its numbers there: as a field of an object each would be one more thing on the heap. */
export interface Shelved<T> {
  readonly shelf: Shelf<T>
  /** Where its numbers begin. */
  readonly at: number
}

export interface Shelf<T> {
  readonly numbers: Float64Array
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
    const index = shelf.freed.pop() ?? shelf.items.length
    const at = index * WIDTH
    shelf.numbers.fill(NONE, at, at + WIDTH)
    const item = make(shelf, at)
    shelf.items[index] = item
    if (shelf.freed.length === 0 && shelf.items.length === ROOM) this.#open.pop()
    return item
  }

  delete({ shelf, at }: T): void {
    const index = at / WIDTH
    if (shelf.freed.length === 0 && shelf.items.length === ROOM) this.#open.push(shelf)
    shelf.items[index] = null
    shelf.freed.push(index)
  }

  get all(): readonly Shelf<T>[] {
    return this.#shelves
  }

  #another(): Shelf<T> {
    const shelf = { numbers: new Float64Array(ROOM * WIDTH), items: [], freed: [] }
    this.#shelves.push(shelf)
    this.#open.push(shelf)
    return shelf
  }
}

/** Goes through what stands on them. What comes meanwhile may be met or not. */
export const walk = <T>(shelves: readonly Shelf<T>[]): IterableIterator<T> => new Walk(shelves)

/** By hand, and with one answer for all: a generator takes as long for each of very many as whoever looks at it. */
class Walk<T> implements IterableIterator<T> {
  readonly #shelves: readonly Shelf<T>[]
  readonly #answer: { done: boolean; value: T | undefined } = { done: false, value: undefined }
  #shelf = 0
  #index = 0

  constructor(shelves: readonly Shelf<T>[]) {
    this.#shelves = shelves
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<T> {
    const answer = this.#answer
    for (;;) {
      const items = this.#shelves[this.#shelf]?.items
      if (items === undefined) {
        answer.done = true
        answer.value = undefined
        return answer as IteratorResult<T>
      }
      const item = items[this.#index]
      this.#index += 1
      if (item) {
        answer.value = item
        return answer as IteratorResult<T>
      }
      if (this.#index > items.length) {
        this.#shelf += 1
        this.#index = 0
      }
    }
  }
}
