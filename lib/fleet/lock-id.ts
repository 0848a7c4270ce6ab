import { fromBase64, toBase64Url } from './bytes.ts'
import type { KeyId } from './sighting.ts'

/** Keys longer than this are named by their SHA-256; who makes such an id remembers the key. */
export const LONGEST_KEY = 256

interface Place {
  backend: string
  database: number | null
}

export type LockPlace = (Place & { key: KeyId }) | (Place & { keyHash: Uint8Array })

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const KEY = 'k'.charCodeAt(0)
const HASH = 'h'.charCodeAt(0)

/** base64url of: backend, NUL, database, NUL, `k` and the key's bytes or `h` and their hash. */
export function encodeLockId(place: LockPlace): string {
  const head = encoder.encode(`${place.backend}\0${place.database ?? ''}\0`)
  const hashed = 'keyHash' in place
  const tail = hashed ? place.keyHash : fromBase64(place.key)
  if (!tail) throw new TypeError('a key id is base64url')
  if (!hashed && tail.length > LONGEST_KEY) throw new RangeError('a long key is named by its hash')
  const bytes = new Uint8Array(head.length + 1 + tail.length)
  bytes.set(head)
  bytes[head.length] = hashed ? HASH : KEY
  bytes.set(tail, head.length + 1)
  return toBase64Url(bytes)
}

/** Null for anything that `encodeLockId` did not make. */
export function decodeLockId(id: string): LockPlace | null {
  const bytes = fromBase64(id)
  if (!bytes || toBase64Url(bytes) !== id) return null
  const first = bytes.indexOf(0)
  const second = first < 1 ? -1 : bytes.indexOf(0, first + 1)
  if (second < 0) return null
  const backend = decoder.decode(bytes.subarray(0, first))
  const digits = decoder.decode(bytes.subarray(first + 1, second))
  if (!/^\d{0,9}$/.test(digits)) return null
  const database = digits === '' ? null : Number(digits)
  const tail = bytes.slice(second + 2)
  if (bytes[second + 1] === HASH) return tail.length === 32 ? { backend, database, keyHash: tail } : null
  if (bytes[second + 1] !== KEY || tail.length > LONGEST_KEY) return null
  return { backend, database, key: toBase64Url(tail) }
}
