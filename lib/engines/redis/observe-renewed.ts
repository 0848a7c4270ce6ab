import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import { beginningOf } from './beginning.ts'

/** Longer ones slide with every visit of somebody, as sessions do. */
const LONGEST_MS = 60_000
/** So often the end of the same token moved on. */
const RENEWALS = 3
/** Ends are known no better: answers take their time. */
const INEXACT_MS = 2_000
/** Where more names with one beginning are renewed at one time, they are signs of life of something, for good. */
const MOST_ALIKE = 20
const MOST_NAMES = 1_000

interface Followed {
  digest: string
  endsAt: number
  renewals: number
}

/**
 * A token that would soon run out, and is renewed again and again before it does, is likely kept by an owner, whatever its
 * name is. A name stays known for that, so that the next one who takes it is shown at once.
 */
export class Renewed {
  /** Those that are there now, and how many of them were renewed, by their beginnings. */
  readonly #followed = new Map<KeyId, Followed>()
  readonly #alike = new Map<string, number>()
  readonly #signsOfLife = new Set<string>()
  readonly #names = new Set<KeyId>()

  /** As it is to be told. */
  judged(sighting: Sighting): Sighting {
    if (sighting.confidence !== 'candidate') return sighting
    const { key, readAt } = sighting
    const [holder] = sighting.holders
    const left = holder?.remainingIs === 'exact' ? holder.remainingMs : null
    if (!holder || left === null || left > LONGEST_MS) return sighting
    this.#follow(key, holder.tokenDigest, readAt + left)
    return this.#names.has(key) ? { ...sighting, confidence: 'likely' } : sighting
  }

  /** Is it known for being renewed? It is asked of every key that changes. */
  knows(key: Buffer): boolean {
    return this.#names.size > 0 && this.#names.has(toKeyId(key))
  }

  /** Nobody has it any more. */
  gone(key: KeyId): void {
    const known = this.#followed.get(key)
    if (!known) return
    this.#followed.delete(key)
    if (known.renewals >= RENEWALS) this.#count(beginningOf(key), -1)
  }

  #follow(key: KeyId, digest: string, endsAt: number): void {
    const known = this.#followed.get(key)
    if (!known) {
      if (this.#followed.size < MOST_NAMES) this.#followed.set(key, { digest, endsAt, renewals: 0 })
      return
    }
    if (known.digest === digest && endsAt > known.endsAt + INEXACT_MS) {
      known.renewals += 1
      if (known.renewals === RENEWALS) this.#keep(key)
    }
    known.digest = digest
    known.endsAt = endsAt
  }

  #keep(key: KeyId): void {
    const beginning = beginningOf(key)
    if (this.#count(beginning, 1) > MOST_ALIKE && this.#signsOfLife.size < MOST_NAMES) {
      this.#signsOfLife.add(beginning)
      for (const name of this.#names) if (beginningOf(name) === beginning) this.#names.delete(name)
    }
    if (!this.#signsOfLife.has(beginning) && this.#names.size < MOST_NAMES) this.#names.add(key)
  }

  #count(beginning: string, by: number): number {
    const count = (this.#alike.get(beginning) ?? 0) + by
    if (count > 0) this.#alike.set(beginning, count)
    else this.#alike.delete(beginning)
    return count
  }
}
