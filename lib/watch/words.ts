import type { KeyId, Sighting } from '../fleet/sighting.ts'

/** What a voter was last heard to say about a key. */
export interface Word {
  sighting: Sighting | null
  readAt: number
  /** Which question it answers: it tells of no earlier time than that of asking, whenever the answer came. */
  question: number
}

/** The last words of one voter. */
export interface Words {
  /**
   * Whether there is something to make of it. Answers may overtake each other; a push comes after its change, so that the last
   * one asked for it knows of it.
   */
  note(key: KeyId, word: Word): boolean
  get(key: KeyId): Word | undefined
  keys(): IterableIterator<KeyId>
  /** Those that were there, as far as is known from questions before that one. */
  heldBefore(question: number): KeyId[]
  /** What is not there, as is known from questions before that one, is not worth remembering. */
  dropEmpty(question: number): void
  /** Nobody has it any more, and nobody asks. */
  forget(key: KeyId): void
}

/** Of a voter among several: its words are needed whenever another one says something. */
export class EveryWord implements Words {
  readonly #words = new Map<KeyId, Word>()

  note(key: KeyId, word: Word): boolean {
    const known = this.#words.get(key)
    if (known && known.question > word.question) return false
    this.#words.set(key, word)
    return true
  }

  get(key: KeyId): Word | undefined {
    return this.#words.get(key)
  }

  keys(): IterableIterator<KeyId> {
    return this.#words.keys()
  }

  heldBefore(asked: number): KeyId[] {
    const held: KeyId[] = []
    for (const [key, { sighting, question }] of this.#words) if (sighting && question < asked) held.push(key)
    return held
  }

  dropEmpty(asked: number): void {
    for (const [key, { sighting, question }] of this.#words)
      if (!sighting && question < asked) this.#words.delete(key)
  }

  forget(key: KeyId): void {
    if (!this.#words.get(key)?.sighting) this.#words.delete(key)
  }
}
