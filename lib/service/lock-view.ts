import type { Brief, LockTable } from '../fleet/brief.ts'
import { compileFilter, parseFilter } from '../fleet/filter.ts'
import type { LockState } from '../fleet/states.ts'
import { inPortions } from '../watch/portions.ts'
import { ChangeLog } from './change-log.ts'
import { firstOf, lockOrder, type Place } from './lock-order.ts'
import { LockWindow } from './lock-window.ts'

/** What a view shows of all locks. Equal ones are kept once, however many look at them. */
export interface ViewSpec {
  /** A filter; ignored when there is an id. */
  q: string
  /** One lock, whatever it is. */
  id: string | null
  sort: string
  /** How many are shown. */
  rows: number
}

/** The locks that all views look at, each with a number of its own, so that a set of many takes a bit for each. */
export interface Numbered {
  readonly locks: LockTable
  /** The number of a lock that is there. */
  number(brief: Brief): number
  /** Remembers its id: when it is gone nothing else is told of it. */
  remember(id: string): void
  /** Its state when it was last looked at by all views. */
  stateOf(number: number): LockState
  now(): number
  /** Counts up with every change, over all views. */
  nextAt(): number
}

/** An id is made from a key and read again: the clock is looked at after so many. */
const IDS_AT_ONCE = 64

type States = Partial<Record<LockState, number>>

/** Locks that a filter matches, the first of them in order, and what changed among these. Looks only at what changed. */
export class LockView {
  readonly spec: ViewSpec
  readonly log: ChangeLog
  /** What matches changes with time alone. */
  readonly isTimed: boolean
  /** How many of those that match are in which state. */
  states: States = {}
  readonly #numbered: Numbered
  #matching = new NumberSet()
  readonly #window: LockWindow
  #isWanted: (brief: Brief) => boolean
  #total = 0

  constructor(spec: ViewSpec, numbered: Numbered) {
    const filter = parseFilter(spec.q)
    this.spec = spec
    this.isTimed = spec.id === null && filter.timed
    this.#numbered = numbered
    this.#window = new LockWindow(lockOrder(spec.sort), spec.rows)
    this.#isWanted = this.#test()
    // Those that left stay in the log for a while, too.
    this.log = new ChangeLog(numbered.nextAt(), 4 * spec.rows + 1_000)
  }

  /** How many match. */
  get total(): number {
    return this.#total
  }

  /** Locks left, and those that come next are not known: it has to look at all of them again. */
  get isShort(): boolean {
    return this.#window.isShort
  }

  /** The first of them, in order. */
  shown(): Place[] {
    return this.#window.shown()
  }

  /** Looks at all locks. What is shown otherwise than before is noted. */
  async fill(): Promise<void> {
    const shownBefore = new Set(this.#window.shown().map(([, , id]) => id))
    this.#isWanted = this.#test()
    this.#matching = new NumberSet()
    this.#total = 0
    this.states = {}
    const first = firstOf(this.#window.order, this.#window.room + 1)
    await inPortions(this.#all(), (brief) => {
      if (!this.#isWanted(brief)) return
      const number = this.#numbered.number(brief)
      this.#setMatching(number, true)
      this.#countState(this.#numbered.stateOf(number), 1)
      first.offer(brief)
    })
    const places = first.take()
    this.#window.fill(places.slice(0, this.#window.room), places.length <= this.#window.room)
    await inPortions(places, ([, , id]) => this.#numbered.remember(id), IDS_AT_ONCE)
    for (const [, , id] of this.#window.shown()) {
      if (!shownBefore.delete(id)) this.#note(id, false)
    }
    for (const id of shownBefore) this.#note(id, true)
  }

  /** A lock changed; `was` is the state that it had. */
  put(id: string, brief: Brief, number: number, was: LockState): void {
    const matched = this.#matching.has(number)
    const matches = this.#isWanted(brief)
    if (!matched && !matches) return
    if (matched) this.#countState(was, -1)
    if (matches) this.#countState(brief.state, 1)
    if (matched !== matches) this.#setMatching(number, matches)
    const { entered, left } = matches ? this.#window.put(id, brief) : this.#window.remove(id)
    if (matches && !entered.includes(id) && this.#window.isShown(id)) this.#note(id, false)
    this.#noteMoved(entered, left)
  }

  /** A lock is gone. */
  remove(id: string, number: number, was: LockState): void {
    if (!this.#matching.has(number)) return
    this.uncount(number, was)
    const { entered, left } = this.#window.remove(id)
    this.#noteMoved(entered, left)
  }

  /** One that is gone and was never shown. */
  uncount(number: number, was: LockState): void {
    if (!this.#matching.has(number)) return
    this.#countState(was, -1)
    this.#setMatching(number, false)
  }

  #test(): (brief: Brief) => boolean {
    const { id, q } = this.spec
    // Of the view of one lock nobody asks about others.
    return id === null ? compileFilter(q, this.#numbered.now()) : () => true
  }

  #all(): Iterable<Brief> {
    const { id } = this.spec
    const { locks } = this.#numbered
    if (id === null) return locks.briefs()
    const brief = locks.brief(id)
    return brief ? [brief] : []
  }

  #setMatching(number: number, matches: boolean): void {
    this.#matching.set(number, matches)
    this.#total += matches ? 1 : -1
  }

  #countState(state: LockState, by: number): void {
    const count = (this.states[state] ?? 0) + by
    if (count > 0) this.states[state] = count
    else delete this.states[state]
  }

  #noteMoved(entered: readonly string[], left: readonly string[]): void {
    for (const id of entered) this.#note(id, false)
    for (const id of left) this.#note(id, true)
  }

  #note(id: string, isGone: boolean): void {
    this.log.note(id, this.#numbered.nextAt(), isGone)
  }
}

/** Which numbers are in it, a bit each. */
class NumberSet {
  #bits = new Uint8Array(64)

  has(number: number): boolean {
    return ((this.#bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0
  }

  set(number: number, isIn: boolean): void {
    const index = number >> 3
    if (index >= this.#bits.length) {
      const more = new Uint8Array(2 * index + 1)
      more.set(this.#bits)
      this.#bits = more
    }
    const bit = 1 << (number & 7)
    const byte = this.#bits[index] ?? 0
    this.#bits[index] = isIn ? byte | bit : byte & ~bit
  }
}
