import type { NewEvent } from '../fleet/event.ts'
import { withoutWholes } from './wholes.ts'

/** Of one lock, a second; more is counted only. */
export const MOST_A_SECOND = 20
const SECOND_MS = 1_000
/** So many events are gone through at once. */
const PORTION = 2_000

/** Holds the events of locks back of which too many come in one second, until that second is over. */
export class BusyLocks {
  #second = 0
  #counts = new Map<string, number>()
  #heldBack = new Map<string, NewEvent[]>()
  /** Of seconds that are over. */
  #ripe = new Map<string, NewEvent[]>()

  /** What may pass now, with what was held back in seconds that are over: in order, of each lock. */
  pass(events: readonly NewEvent[], now: number): readonly NewEvent[] {
    const passed = this.due(now)
    for (const event of events) {
      if (event.lock !== null) this.#settle(event.lock, passed)
      if (!this.#holdsBack(event)) passed.push(event)
    }
    return passed
  }

  /** A portion of what was held back and need not wait longer. */
  due(now: number): NewEvent[] {
    const second = Math.floor(now / SECOND_MS)
    const passed: NewEvent[] = []
    if (second !== this.#second) {
      this.#second = second
      this.#counts = new Map()
      for (const [lock, events] of this.#heldBack) {
        const older = this.#ripe.get(lock)
        this.#ripe.set(lock, older ? [...older, ...events] : events)
      }
      this.#heldBack = new Map()
    }
    let gone = 0
    for (const [lock, events] of this.#ripe) {
      gone += events.length
      this.#settle(lock, passed)
      if (gone >= PORTION) break
    }
    return passed
  }

  /** Everything, whatever the time. */
  all(): NewEvent[] {
    const passed: NewEvent[] = []
    for (const lock of [...this.#ripe.keys()]) this.#settle(lock, passed)
    for (const events of this.#heldBack.values()) passed.push(...counted(events))
    this.#heldBack = new Map()
    return passed
  }

  #settle(lock: string, into: NewEvent[]): void {
    const ripe = this.#ripe.get(lock)
    if (!ripe) return
    this.#ripe.delete(lock)
    for (const event of counted(ripe)) into.push(event)
  }

  #holdsBack(event: NewEvent): boolean {
    const { lock } = event
    if (lock === null) return false
    const waiting = this.#heldBack.get(lock)
    if (waiting) {
      waiting.push(event)
      return true
    }
    const count = (this.#counts.get(lock) ?? 0) + 1
    this.#counts.set(lock, count)
    if (count <= MOST_A_SECOND) return false
    this.#heldBack.set(lock, [event])
    return true
  }
}

function counted(events: readonly NewEvent[]): NewEvent[] {
  const { kept, summaries } = withoutWholes(events)
  return [...kept, ...summaries]
}
