const SAMPLES = 20

/**
 * The service's clock as far as a page can tell: wall times it sent, moved on by the page's own monotonic clock, so that
 * a wrong clock on the viewer's side changes no age and no countdown.
 */
export class ServerClock {
  readonly #monotonic: () => number
  #offsets: number[] = []

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
  }

  /** Of the latest messages the one that travelled least is nearest to the truth. */
  note(serverIso: string): void {
    this.#offsets.push(Date.parse(serverIso) - this.#monotonic())
    if (this.#offsets.length > SAMPLES) this.#offsets.shift()
  }

  /** Epoch ms by the service's clock; null before it was heard. */
  now(): number | null {
    return this.#offsets.length === 0 ? null : Math.max(...this.#offsets) + this.#monotonic()
  }
}

export const serverClock = new ServerClock(() => performance.now())
