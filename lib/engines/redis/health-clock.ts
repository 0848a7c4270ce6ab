/** So many readings are remembered: the quickest of them knows best. */
const REMEMBERED = 8

interface Reading {
  /** Node time minus console time, if the answer came from the middle of the round trip. */
  offsetMs: number
  /** By how much that may be wrong. */
  errorMs: number
}

/**
 * How far a node's clock is from the console's. A slow answer says little about it, so the quickest of the last readings
 * counts; one that can't be reconciled with it says that a clock was set, and all before it is forgotten.
 */
export class NodeClockOffset {
  #readings: Reading[] = []

  follow(nodeMs: number, sentAt: number, roundTripMs: number): number | null {
    if (Number.isNaN(nodeMs)) return null
    const reading = { offsetMs: nodeMs - (sentAt + roundTripMs / 2), errorMs: roundTripMs / 2 }
    const best = quickest(this.#readings)
    const apart = best ? Math.abs(best.offsetMs - reading.offsetMs) : 0
    // Both times are in whole milliseconds, and clocks drift a little between two readings.
    if (best && apart > best.errorMs + reading.errorMs + SLACK_MS) this.#readings = []
    this.#readings = [...this.#readings, reading].slice(-REMEMBERED)
    const { offsetMs } = quickest(this.#readings) ?? reading
    return Math.round(offsetMs)
  }
}

const SLACK_MS = 3

const quickest = (readings: readonly Reading[]): Reading | null =>
  readings.reduce<Reading | null>((best, one) => (best && best.errorMs <= one.errorMs ? best : one), null)
