/** So long calls are counted before it is said how often they come. */
const COUNT_MS = 20

/** How often something comes. */
export class Pace {
  #since = 0
  #count = 0
  #perMs = 0

  /** It came once more: how often it did of late, each ms. */
  beat(): number {
    const now = performance.now()
    const forMs = now - this.#since
    if (forMs > COUNT_MS) {
      this.#perMs = this.#count / forMs
      this.#since = now
      this.#count = 0
    }
    this.#count += 1
    return this.#perMs
  }
}
