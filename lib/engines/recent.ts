const TURN_MS = 5_000

/** What was noted in the last five to ten seconds, if it is not too much: what is older goes a whole turn at a time. */
export class Recent<V> {
  readonly #most: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #timer: NodeJS.Timeout | null = null

  /** Twice `most` may be remembered: what was noted since the last turn, and in the turn before. */
  constructor(most: number) {
    this.#most = most
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#most) this.#turn()
    this.#young.set(key, value)
    this.#timer ??= setTimeout(() => this.#onTime(), TURN_MS).unref()
  }

  #onTime(): void {
    this.#timer = null
    this.#turn()
    if (this.#old.size > 0) this.#timer = setTimeout(() => this.#onTime(), TURN_MS).unref()
  }

  #turn(): void {
    this.#old = this.#young
    this.#young = new Map()
  }
}
