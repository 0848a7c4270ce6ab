import { list, number, type Reply } from './replies.ts'

/** Below this a change of the offset is taken for jitter of the reading, so that shown times don't tremble. */
const JITTER_MS = 250

/** TIME's reply in ms. */
export const timeMs = (reply: Reply | undefined): number => {
  const [seconds, micros] = list(reply).map(number)
  return (seconds ?? Number.NaN) * 1000 + (micros ?? Number.NaN) / 1000
}

/** Console time minus node time, followed from reading to reading. */
export class ClockOffset {
  #offsetMs: number | null = null

  follow(readAt: number, nodeTime: Reply | undefined): number {
    const measured = Math.round(readAt - timeMs(nodeTime))
    if (Number.isNaN(measured)) return this.#offsetMs ?? 0
    if (this.#offsetMs === null || Math.abs(measured - this.#offsetMs) > JITTER_MS) this.#offsetMs = measured
    return this.#offsetMs
  }
}
