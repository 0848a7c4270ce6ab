import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import { ABOUT_ALL } from './about-all.ts'
import { withoutWholes } from './wholes.ts'

const CHUNK = 2_000
/** Of so many that wait only what is left of them is kept. More at once would take too long. */
const MANY = 5_000

interface Options {
  /** Gives an event its number. */
  number(event: NewEvent): FleetEvent
  /** Beyond so many, everything is given up. */
  most: number
  /** Everything was given up: what stands has to be told again. */
  onGiveUp(): void
}

/** Events on their way to the disk. When it can't keep up they are summarised; when that is not enough, a gap is told. */
export class Queue {
  readonly #options: Options
  #events: FleetEvent[] = []
  /** So many of the first were gone through already. */
  #settled = 0
  #givenUp = 0

  constructor(options: Options) {
    this.#options = options
  }

  get length(): number {
    return this.#events.length
  }

  /** How many were given up, ever. */
  get givenUp(): number {
    return this.#givenUp
  }

  /** The number of the one that comes next; null when there is none. */
  get next(): number | null {
    const [first] = this.#events
    return first ? Number(first.seq) : null
  }

  push(events: readonly FleetEvent[]): void {
    for (const event of events) this.#events.push(event)
    if (this.#events.length - this.#settled >= MANY) this.#settle()
  }

  take(): FleetEvent[] {
    this.#settled = Math.max(0, this.#settled - CHUNK)
    return this.#events.splice(0, CHUNK)
  }

  /** They could not be written. */
  putBack(events: readonly FleetEvent[]): void {
    this.#events = [...events, ...this.#events]
    this.#settled += events.length
  }

  #settle(): void {
    const { kept, summaries } = withoutWholes(this.#events.splice(this.#settled))
    for (const event of kept) this.#events.push(event)
    for (const event of summaries) this.#events.push(this.#options.number(event))
    if (this.#events.length > this.#options.most) this.#giveUp()
    this.#settled = this.#events.length
  }

  /** Whether somebody looks is still told: it is little, and nothing else makes up for it. */
  #giveUp(): void {
    const [from, to] = [this.#events[0]?.at, this.#events.at(-1)?.at]
    const left = this.#events.filter(({ kind }) => kind === 'observing' || kind === 'not-observing')
    this.#givenUp += this.#events.length - left.length
    if (from !== undefined && to !== undefined) left.push(this.#options.number(notRecorded(from, to)))
    this.#events = left
    this.#options.onGiveUp()
  }
}

const notRecorded = (from: string, to: string): NewEvent => ({
  at: from,
  kind: 'not-recorded',
  ...ABOUT_ALL,
  lastedMs: Math.max(0, Date.parse(to) - Date.parse(from)),
})
