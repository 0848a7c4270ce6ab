import { createHash } from 'node:crypto'
import { encodeLockId, LONGEST_KEY } from '../fleet/lock-id.ts'
import type { KeyId } from '../fleet/sighting.ts'

/** A store's key, one character per byte: the smallest way to keep it. */
export type RawKey = string

export const rawKeyOf = (key: KeyId): RawKey => Buffer.from(key, 'base64url').toString('latin1')
export const keyIdOf = (raw: RawKey): KeyId => Buffer.from(raw, 'latin1').toString('base64url')

/**
 * Ids of the locks of one backend, both ways, made as `encodeLockId` does and kept nowhere: they are longer than what else is
 * kept of a lock. Only long keys are remembered, since their ids do not tell them.
 */
export class LockIds {
  readonly backend: string
  readonly database: number | null
  /** What all ids of short keys begin with, as bytes and as far as whole characters of an id. */
  readonly #head: Buffer
  readonly #begins: string
  readonly #longIds = new Map<RawKey, string>()
  readonly #longKeys = new Map<string, RawKey>()

  constructor(backend: string, database: number | null) {
    this.backend = backend
    this.database = database
    this.#head = Buffer.from(`${backend}\0${database ?? ''}\0k`)
    this.#begins = this.#head.subarray(0, this.#head.length - (this.#head.length % 3)).toString('base64url')
  }

  idOf(raw: RawKey): string {
    if (raw.length > LONGEST_KEY) return this.#longIds.get(raw) ?? this.#longIdOf(raw)
    const bytes = Buffer.allocUnsafe(this.#head.length + raw.length)
    this.#head.copy(bytes)
    bytes.write(raw, this.#head.length, 'latin1')
    return bytes.toString('base64url')
  }

  /** Null when the id is of another backend, or of a long key that is not known (any more). */
  rawOf(id: string): RawKey | null {
    if (!id.startsWith(this.#begins)) return this.#longKeys.get(id) ?? null
    const bytes = Buffer.from(id, 'base64url')
    const { length } = this.#head
    const isOurs =
      bytes.length <= length + LONGEST_KEY && bytes.compare(this.#head, 0, length, 0, length) === 0
    if (!isOurs || bytes.toString('base64url') !== id) return this.#longKeys.get(id) ?? null
    return bytes.toString('latin1', length)
  }

  keyOf(id: string): KeyId | null {
    const raw = this.rawOf(id)
    return raw === null ? null : keyIdOf(raw)
  }

  forget(raw: RawKey): void {
    const id = this.#longIds.get(raw)
    if (id === undefined) return
    this.#longIds.delete(raw)
    this.#longKeys.delete(id)
  }

  #longIdOf(raw: RawKey): string {
    const keyHash = createHash('sha256').update(raw, 'latin1').digest()
    const id = encodeLockId({ backend: this.backend, database: this.database, keyHash })
    this.#longIds.set(raw, id)
    this.#longKeys.set(id, raw)
    return id
  }
}
