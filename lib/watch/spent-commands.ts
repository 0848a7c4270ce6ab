const OVER_MS = 10_000
const PARTS = 10

/** How many commands a second were sent in the last seconds, of a counter that only grows. Asked for from time to time. */
export class SpentCommands {
  readonly #count: () => number
  readonly #marks: { at: number; count: number }[] = []

  constructor(count: () => number) {
    this.#count = count
    this.mark()
  }

  mark(): void {
    const at = performance.now()
    const last = this.#marks.at(-1)
    if (last && at - last.at < OVER_MS / PARTS) return
    this.#marks.push({ at, count: this.#count() })
    if (this.#marks.length > PARTS + 1) this.#marks.shift()
  }

  perSecond(): number {
    this.mark()
    const [first] = this.#marks
    const elapsedMs = first ? performance.now() - first.at : 0
    if (!first || elapsedMs < 100) return 0
    return Math.round(((this.#count() - first.count) / elapsedMs) * 10_000) / 10
  }
}
