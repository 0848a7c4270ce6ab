interface Entry {
  at: number
  isGone: boolean
}

interface Difference {
  changed: string[]
  gone: string[]
  /** Up to where it goes: the next one begins there. */
  to: number
}

/**
 * What changed last in a view, each lock once, with the count of the change. Everybody who looks at the view reads on from
 * where they are, so that a slow reader costs nothing; who was away for too long has to begin again.
 */
export class ChangeLog {
  readonly #most: number
  /** The latest change last. */
  readonly #entries = new Map<string, Entry>()
  #knownFrom: number
  #last: number

  constructor(at: number, most: number) {
    this.#most = most
    this.#knownFrom = at
    this.#last = at
  }

  /** The count of the latest change. */
  get last(): number {
    return this.#last
  }

  note(id: string, at: number, isGone: boolean): void {
    this.#entries.delete(id)
    this.#entries.set(id, { at, isGone })
    this.#last = at
    if (this.#entries.size <= this.#most) return
    for (const [oldest, entry] of this.#entries) {
      this.#entries.delete(oldest)
      this.#knownFrom = entry.at
      return
    }
  }

  /** The first `most` changes after a count, oldest first; null when that is not known any more. */
  since(at: number, most: number): Difference | null {
    if (at < this.#knownFrom) return null
    const found: Difference = { changed: [], gone: [], to: Math.max(at, this.#last) }
    for (const [id, entry] of this.#entries) {
      if (entry.at <= at) continue
      if (found.changed.length === most) return found
      found[entry.isGone ? 'gone' : 'changed'].push(id)
      found.to = entry.at
    }
    return found
  }
}
