import type { KeyId } from '../fleet/sighting.ts'

/** Keys gather for a moment, and are then taken up together, in portions that leave room for everything else. */
export class Gathering {
  #keys = new Set<KeyId>()
  readonly #forMs: number
  readonly #portion: number
  readonly #take: (keys: readonly KeyId[]) => void
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(forMs: number, portion: number, take: (keys: readonly KeyId[]) => void) {
    this.#forMs = forMs
    this.#portion = portion
    this.#take = take
  }

  add(key: KeyId): void {
    this.#keys.add(key)
    if (!this.#isClosed) this.#timer ??= setTimeout(() => this.#next(), this.#forMs)
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#keys.clear()
  }

  #next(): void {
    const keys: KeyId[] = []
    for (const key of this.#keys) {
      keys.push(key)
      this.#keys.delete(key)
      if (keys.length === this.#portion) break
    }
    this.#timer = this.#keys.size > 0 && !this.#isClosed ? setTimeout(() => this.#next(), 0) : null
    if (keys.length > 0) this.#take(keys)
  }
}
