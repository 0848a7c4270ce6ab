import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import { withoutWholes } from './wholes.ts'

const CHUNK = 2_000
/** From here on only what is left of them is kept. */
const MANY = 20_000

interface Options {
  /** Gives an event its number. */
  number(event: NewEvent): FleetEvent
  /** Beyond so many, everything is given up. */
  most: number
}

/** Events on their way to the disk. When it can't keep up they are summarised; when that is not enough, a gap is told. */
export class Queue {
  readonly #options: Options
  #events: FleetEvent[] = []
  #manyAt = MANY

  constructor(options: Options) {
    this.#options = options
  }

  get length(): number {
    return this.#events.length
  }

  /** The number of the one that comes next; null when there is none. */
  get next(): number | null {
    const [first] = this.#events
    return first ? Number(first.seq) : null
  }

  push(events: readonly FleetEvent[]): void {
    for (const event of events) this.#events.push(event)
    if (this.#events.length >= this.#manyAt) this.#compact()
  }

  take(): FleetEvent[] {
    return this.#events.splice(0, CHUNK)
  }

  /** They could not be written. */
  putBack(events: readonly FleetEvent[]): void {
    this.#events = [...events, ...this.#events]
  }

  #compact(): void {
    const { kept, summaries } = withoutWholes(this.#events)
    this.#events = [...kept, ...summaries.map(this.#options.number)]
    if (this.#events.length > this.#options.most) this.#giveUp()
    this.#manyAt = Math.max(MANY, this.#events.length * 2)
  }

  /** Whether somebody looks is still told: it is little, and nothing else makes up for it. */
  #giveUp(): void {
    const times = this.#events.map(({ at }) => at).sort()
    const [from, to] = [times[0], times.at(-1)]
    const left = this.#events.filter(({ kind }) => kind === 'observing' || kind === 'not-observing')
    if (from !== undefined && to !== undefined) left.push(this.#options.number(notRecorded(from, to)))
    this.#events = left
  }
}

const notRecorded = (from: string, to: string): NewEvent => ({
  at: from,
  kind: 'not-recorded',
  ...{ backend: null, lock: null, lockName: null, node: null },
  ...{ tokenDigest: null, label: null, fence: null, waiters: null },
  lastedMs: Date.parse(to) - Date.parse(from),
})
