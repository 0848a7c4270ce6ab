import { isQuiet } from '../fleet/quiet.ts'
import type { KeyId, Sighting } from '../fleet/sighting.ts'
import { identityOf, labelOf } from './kinds.ts'
import { keyIdOf } from './lock-ids.ts'
import type { Row } from './row.ts'
import type { Rows } from './rows.ts'
import { isSameLeft } from './same-lock.ts'
import { GREATEST_COUNT, NONE } from './shelves.ts'
import type { Word, Words } from './words.ts'

/**
 * Of a lone voter: what it said is what its locks are made of, so that a word is only kept until that was done. A word that
 * says what is known already only makes the lock younger.
 */
export class LastWords implements Words {
  readonly tellAtOnce = true
  readonly #rows: Rows
  readonly #words = new Map<KeyId, Word>()

  constructor(rows: Rows) {
    this.#rows = rows
  }

  note(key: KeyId, word: Word): boolean {
    const row = this.#rows.at(key)
    const known = this.#words.get(key)
    if ((row && row.question > word.question) || (known && known.question > word.question)) return false
    if (row) row.question = word.question
    if (row && !known && word.sighting && isStill(row, word.sighting)) {
      row.observedAt = word.readAt
      const remainingMs = word.sighting.holders[0]?.remainingMs ?? NONE
      if (row.remainingMs !== NONE) row.remainingMs = Math.min(remainingMs, GREATEST_COUNT)
      return false
    }
    this.#words.set(key, word)
    return true
  }

  get(key: KeyId): Word | undefined {
    return this.#words.get(key)
  }

  /** Its lock was made. A word that there is nothing stays for a while, so that no older answer undoes it. */
  settle(key: KeyId): void {
    const word = this.#words.get(key)
    if (!word) return
    const row = this.#rows.at(key)
    if (row) row.question = Math.max(row.question, word.question)
    if (row || word.sighting) this.#words.delete(key)
  }

  keys(): IterableIterator<KeyId> {
    return this.#words.keys()
  }

  heldBefore(asked: number): KeyId[] {
    const held: KeyId[] = []
    for (const [key, { sighting, question }] of this.#words) if (sighting && question < asked) held.push(key)
    for (const row of this.#rows.values()) {
      if (row.state === 'free' || row.question >= asked) continue
      const key = keyIdOf(row.key)
      if (!this.#words.has(key)) held.push(key)
    }
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

/** Does it say what is known, only later? Whatever is less usual is looked at more closely. */
function isStill(
  row: Row,
  { dialect, confidence, kind, permits, gate, holders, waiters, readAt }: Sighting,
): boolean {
  const [holder, ...others] = holders
  const { type } = row
  return (
    row.more === null &&
    type.state === 'held' &&
    holder !== undefined &&
    others.length === 0 &&
    holder.tokenDigest === row.token &&
    holder.fence === row.fence &&
    (holder.slot ?? null) === null &&
    !holder.sharedLease &&
    labelOf(row.who, row.token) === holder.label &&
    (identityOf(row.who) === null) === (holder.identity === null) &&
    (holder.ttlMs ?? NONE) === row.ttlMs &&
    type.remainingIs === holder.remainingIs &&
    isSameLeft(row, holder.remainingMs ?? NONE, readAt) &&
    type.sinceIs === (holder.sinceIs === 'exact' ? 'exact' : 'first-seen') &&
    type.dialect === dialect &&
    type.confidence === confidence &&
    type.kind === kind &&
    (permits ?? null) === null &&
    (gate ?? null) === null &&
    type.waitersKnown === waiters.known &&
    isQuiet(waiters)
  )
}
