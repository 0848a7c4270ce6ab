/** A part of frames that is the same for everybody: made again when it changed, but not too often, and written once. */
export class SharedPart {
  readonly #make: () => unknown
  readonly #everyMs: number
  #isDirty = true
  #isMaking = false
  #madeAt = Number.NEGATIVE_INFINITY
  #json = ''
  #edition = 0

  constructor(everyMs: number, make: () => unknown) {
    this.#everyMs = everyMs
    this.#make = make
  }

  /** Counts up whenever it is made again. */
  get edition(): number {
    return this.#edition
  }

  get json(): string {
    return this.#json
  }

  changed(): void {
    this.#isDirty = true
  }

  async refresh(now: number): Promise<void> {
    if (this.#isMaking || !this.#isDirty || now - this.#madeAt < this.#everyMs) return
    this.#isMaking = true
    this.#isDirty = false
    this.#madeAt = now
    try {
      const made = await this.#make()
      this.#json = JSON.stringify(made)
      this.#edition += 1
    } finally {
      this.#isMaking = false
    }
  }
}
