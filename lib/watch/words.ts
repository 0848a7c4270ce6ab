import type { KeyId } from '../fleet/sighting.ts'
import { Told, type Word } from './told.ts'

export type { Word }

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
  /** Those that were there, as far as is known from questions before that one. */
  heldBefore(question: number): KeyId[]
  /** What is not there, as is known from questions before that one, is not worth remembering. */
  dropEmpty(question: number): void
  /** Nobody has it any more, and nobody asks. */
  forget(key: KeyId): void
}

/**
 * The words of several voters about the same keys: those of all are needed whenever one of them says something. What they say
 * alike is kept once.
 */
export class SharedWords {
  readonly #told = new Map<KeyId, Told>()
  readonly #voters: number
  readonly #onSame: (key: KeyId) => void

  /** `onSame` is told of words that only say again what is known. */
  constructor(voters: number, onSame: (key: KeyId) => void = () => {}) {
    this.#voters = voters
    this.#onSame = onSame
  }

  /** Those of one voter. */
  of(voter: number): Words {
    return new VoterWords(this.#told, voter, this.#voters, this.#onSame)
  }

  keys(): IterableIterator<KeyId> {
    return this.#told.keys()
  }
}

class VoterWords implements Words {
  readonly tellAtOnce = false
  readonly #told: Map<KeyId, Told>
  readonly #voter: number
  readonly #voters: number
  readonly #onSame: (key: KeyId) => void

  constructor(told: Map<KeyId, Told>, voter: number, voters: number, onSame: (key: KeyId) => void) {
    this.#told = told
    this.#voter = voter
    this.#voters = voters
    this.#onSame = onSame
  }

  note(key: KeyId, word: Word): boolean {
    let told = this.#told.get(key)
    if (!told) {
      told = new Told(this.#voters)
      this.#told.set(key, told)
    }
    const known = told.question(this.#voter)
    if (known !== null && known > word.question) return false
    const isSaidAgain = word.sighting !== null && told.isSaidAgain(this.#voter, word.sighting)
    told.set(this.#voter, word)
    if (isSaidAgain) this.#onSame(key)
    return !isSaidAgain
  }

  get(key: KeyId): Word | undefined {
    return this.#told.get(key)?.word(this.#voter)
  }

  heldBefore(asked: number): KeyId[] {
    const held: KeyId[] = []
    for (const [key, told] of this.#told) if (told.isHeld(this.#voter, asked)) held.push(key)
    return held
  }

  dropEmpty(asked: number): void {
    for (const [key, told] of this.#told) if (told.isEmpty(this.#voter, asked)) this.#drop(key, told)
  }

  forget(key: KeyId): void {
    const told = this.#told.get(key)
    if (told?.isEmpty(this.#voter)) this.#drop(key, told)
  }

  #drop(key: KeyId, told: Told): void {
    told.drop(this.#voter)
    if (told.isNothing) this.#told.delete(key)
  }
}
