import type { Brief } from '../fleet/brief.ts'
import type { LockOrder, Place } from './lock-order.ts'

interface Moved {
  /** Those that are shown since, and those that are not any more. */
  entered: string[]
  left: string[]
}
const NOBODY: Moved = { entered: [], left: [] }

/**
 * The first locks of a view, in order. Knows some more than it shows, so that those that come after can move up; when
 * these are used up it has to be filled again.
 */
export class LockWindow {
  readonly order: LockOrder
  readonly #rows: number
  readonly #room: number
  #places: Place[] = []
  #placeOf = new Map<string, Place>()
  /** There are no others that match than those in here. */
  #isWhole = true

  constructor(order: LockOrder, rows: number) {
    this.order = order
    this.#rows = rows
    this.#room = rows + Math.max(64, rows >> 1)
  }

  /** How many `fill` wants to be given. */
  get room(): number {
    return this.#room
  }

  get isShort(): boolean {
    return !this.#isWhole && this.#places.length < this.#rows
  }

  shown(): Place[] {
    return this.#places.slice(0, this.#rows)
  }

  /** The first ones of all, in order; `isWhole` when there are no others. */
  fill(places: readonly Place[], isWhole: boolean): void {
    this.#places = [...places]
    this.#placeOf = new Map(places.map((place) => [place[2], place]))
    this.#isWhole = isWhole
  }

  isShown(id: string): boolean {
    const place = this.#placeOf.get(id)
    return place !== undefined && this.#indexOf(place) < this.#rows
  }

  /** A lock that matches is new or other than it was. */
  put(id: string, brief: Brief): Moved {
    const before = this.#placeOf.get(id)
    if (before ? this.order.compareTo(brief, before) === 0 : this.#isTooFarBack(brief)) return NOBODY
    return this.#shifting(id, () => {
      if (before) this.#take(before)
      if (!this.#isTooFarBack(brief)) this.#insert(brief)
    })
  }

  /** A lock no longer matches. */
  remove(id: string): Moved {
    const before = this.#placeOf.get(id)
    return before ? this.#shifting(id, () => this.#take(before)) : NOBODY
  }

  /** What one lock does moves the edge by one place at most. */
  #shifting(id: string, work: () => void): Moved {
    const atEdge = [this.#places[this.#rows - 1], this.#places[this.#rows]]
    const ids = new Set([id, ...atEdge.flatMap((place) => place?.[2] ?? [])])
    const shownBefore = new Set([...ids].filter((each) => this.isShown(each)))
    work()
    const moved: Moved = { entered: [], left: [] }
    for (const each of ids) {
      const isShown = this.isShown(each)
      if (isShown && !shownBefore.has(each)) moved.entered.push(each)
      if (!isShown && shownBefore.has(each)) moved.left.push(each)
    }
    return moved
  }

  #isTooFarBack(brief: Brief): boolean {
    const last = this.#places.at(-1)
    return !this.#isWhole && (last === undefined || this.order.compareTo(brief, last) > 0)
  }

  #take(place: Place): void {
    this.#places.splice(this.#indexOf(place), 1)
    this.#placeOf.delete(place[2])
  }

  #insert(brief: Brief): void {
    const place = this.order.place(brief)
    this.#places.splice(this.#indexOf(place), 0, place)
    this.#placeOf.set(place[2], place)
    if (this.#places.length <= this.#room) return
    const dropped = this.#places.pop()
    if (dropped) this.#placeOf.delete(dropped[2])
    this.#isWhole = false
  }

  /** Of the first that does not come before it. */
  #indexOf(place: Place): number {
    let [low, high] = [0, this.#places.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const at = this.#places[middle]
      if (at && this.order.compare(at, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
