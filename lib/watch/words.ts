import type { KeyId, Sighting } from '../fleet/sighting.ts'
import { isSameLeft } from './same-lock.ts'

/** What a voter was last heard to say about a key. */
export interface Word {
  sighting: Sighting | null
  readAt: number
  /** Which question it answers: it tells of no earlier time than that of asking, whenever the answer came. */
  question: number
}

/** The last words of one voter. */
export interface Words {
  /** What is read of one key tells all about it: locks need not wait for the end of the first sweep. */
  readonly tellAtOnce: boolean
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
  readonly tellAtOnce = false
  readonly #words = new Map<KeyId, Word>()
  readonly #onSame: (key: KeyId) => void

  /** `onSame` is told of words that only say again what is known. */
  constructor(onSame: (key: KeyId) => void = () => {}) {
    this.#onSame = onSame
  }

  note(key: KeyId, word: Word): boolean {
    const known = this.#words.get(key)
    if (known && known.question > word.question) return false
    this.#words.set(key, word)
    if (!known || !isSaidAgain(known, word)) return true
    this.#onSame(key)
    return false
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

/** Does it say the same, with as much time left as was to be expected? Whatever is less usual is looked at more closely. */
function isSaidAgain({ sighting: older }: Word, { sighting: newer }: Word): boolean {
  const [had, ...others] = older?.holders ?? []
  const [has, ...more] = newer?.holders ?? []
  return (
    older !== null &&
    newer !== null &&
    had !== undefined &&
    has !== undefined &&
    others.length + more.length === 0 &&
    had.tokenDigest === has.tokenDigest &&
    had.fence === has.fence &&
    had.ttlMs === has.ttlMs &&
    had.remainingIs === has.remainingIs &&
    isSameLeft(
      { remainingMs: had.remainingMs ?? -1, observedAt: older.readAt },
      has.remainingMs ?? -1,
      newer.readAt,
    ) &&
    older.confidence === newer.confidence &&
    older.dialect === newer.dialect &&
    older.kind === newer.kind &&
    older.permits === newer.permits &&
    !older.gate &&
    !newer.gate &&
    isEmpty(older.waiters) &&
    isEmpty(newer.waiters) &&
    older.waiters.known === newer.waiters.known
  )
}

const isEmpty = (waiters: Sighting['waiters']): boolean =>
  !waiters.known || (waiters.count === 0 && !waiters.dead)
