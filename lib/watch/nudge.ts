/** A pause that can be cut short. */
export class Nudge {
  #isAsked = false
  #wake: (() => void) | null = null

  now(): void {
    this.#isAsked = true
    this.#wake?.()
  }

  /** At most `ms`, but never less than `atLeastMs`, so that nudges in a row make no storm. */
  async wait(ms: number, atLeastMs: number): Promise<void> {
    await pause(atLeastMs)
    if (!this.#isAsked) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, ms - atLeastMs))
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = null
    }
    this.#isAsked = false
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
