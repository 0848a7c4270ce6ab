import { createHash } from 'node:crypto'
import { fromBase64 } from '../fleet/bytes.ts'
import { decodeLockId, encodeLockId, LONGEST_KEY } from '../fleet/lock-id.ts'
import type { KeyId } from '../fleet/sighting.ts'

/** Ids of the locks of one backend, both ways. Long keys are only found again while they are known. */
export class LockIds {
  readonly #backend: string
  readonly #database: number | null
  readonly #ids = new Map<KeyId, string>()
  readonly #longKeys = new Map<string, KeyId>()

  constructor(backend: string, database: number | null) {
    this.#backend = backend
    this.#database = database
  }

  idOf(key: KeyId): string {
    const known = this.#ids.get(key)
    if (known) return known
    const bytes = fromBase64(key) ?? new Uint8Array()
    const isLong = bytes.length > LONGEST_KEY
    const place = { backend: this.#backend, database: this.#database }
    const id = encodeLockId(
      isLong ? { ...place, keyHash: createHash('sha256').update(bytes).digest() } : { ...place, key },
    )
    this.#ids.set(key, id)
    if (isLong) this.#longKeys.set(id, key)
    return id
  }

  /** Null when the id is of another backend, or of a long key that is not known (any more). */
  keyOf(id: string): KeyId | null {
    const long = this.#longKeys.get(id)
    if (long) return long
    const place = decodeLockId(id)
    if (!place || place.backend !== this.#backend || place.database !== this.#database) return null
    return 'key' in place ? place.key : null
  }

  keys(): IterableIterator<KeyId> {
    return this.#ids.keys()
  }

  forget(key: KeyId): void {
    const id = this.#ids.get(key)
    if (id) this.#longKeys.delete(id)
    this.#ids.delete(key)
  }
}
