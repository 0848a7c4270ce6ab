/** Things to do at some time, each with one time at most. A binary heap with entries left behind when a time changes. */
export class Deadlines<T> {
  readonly #times = new Map<T, number>()
  readonly #heap: { at: number; item: T }[] = []
  readonly #onDue: (items: T[]) => void
  #timer: NodeJS.Timeout | null = null
  #timerAt = Number.POSITIVE_INFINITY

  constructor(onDue: (items: T[]) => void) {
    this.#onDue = onDue
  }

  /** Epoch ms; null takes it off. */
  set(item: T, at: number | null): void {
    if (at === null) {
      this.#times.delete(item)
      return
    }
    if (this.#times.get(item) === at) return
    this.#times.set(item, at)
    this.#push({ at, item })
    this.#arm()
  }

  close(): void {
    this.#times.clear()
    this.#heap.length = 0
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #arm(): void {
    this.#dropStale()
    const next = this.#heap[0]
    if (!next || (this.#timer && this.#timerAt <= next.at)) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timerAt = next.at
    const waitMs = Math.min(Math.max(1, next.at - Date.now()), 2 ** 30)
    this.#timer = setTimeout(() => this.#fire(), waitMs)
  }

  #fire(): void {
    this.#timer = null
    this.#timerAt = Number.POSITIVE_INFINITY
    const due: T[] = []
    for (;;) {
      this.#dropStale()
      const next = this.#heap[0]
      if (!next || next.at > Date.now()) break
      this.#pop()
      this.#times.delete(next.item)
      due.push(next.item)
    }
    if (due.length > 0) this.#onDue(due)
    this.#arm()
  }

  #dropStale(): void {
    for (let next = this.#heap[0]; next && this.#times.get(next.item) !== next.at; next = this.#heap[0])
      this.#pop()
  }

  #push(entry: { at: number; item: T }): void {
    const heap = this.#heap
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (!above || above.at <= entry.at) break
      heap[index] = above
      index = parent
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let index = 0
    for (;;) {
      const left = heap[2 * index + 1]
      const right = heap[2 * index + 2]
      const child = right && left && right.at < left.at ? 2 * index + 2 : 2 * index + 1
      const below = heap[child]
      if (!below || below.at >= last.at) break
      heap[index] = below
      index = child
    }
    heap[index] = last
  }
}
