import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toBase64Url } from './bytes.ts'
import { decodeLockId, encodeLockId, type LockPlace } from './lock-id.ts'

const backend = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/)
const database = fc.option(fc.nat(999_999_999))
const short = fc.record({ backend, database, key: fc.uint8Array({ maxLength: 256 }).map(toBase64Url) })
const hashed = fc.record({ backend, database, keyHash: fc.uint8Array({ minLength: 32, maxLength: 32 }) })
const place: fc.Arbitrary<LockPlace> = fc.oneof(short, hashed)

test('an id comes back as the place that it was made of', () => {
  fc.assert(
    fc.property(place, (any) => {
      expect(decodeLockId(encodeLockId(any))).toEqual(any)
    }),
  )
})

test('different places never share an id', () => {
  const written = ({ backend: name, database: number, ...rest }: LockPlace) =>
    JSON.stringify([name, number, 'key' in rest ? rest.key : [...rest.keyHash]])
  fc.assert(
    fc.property(place, place, (one, other) => {
      expect(encodeLockId(one) === encodeLockId(other)).toBe(written(one) === written(other))
    }),
  )
})

test('any text is either no id, or the one id of its place', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map(toBase64Url),
    fc.tuple(backend, fc.uint8Array()).map(([name, bytes]) => {
      const head = new TextEncoder().encode(`${name}\0\0k`)
      return toBase64Url(new Uint8Array([...head, ...bytes]))
    }),
  )
  fc.assert(
    fc.property(text, (any) => {
      const decoded = decodeLockId(any)
      if (decoded) expect(encodeLockId(decoded)).toBe(any)
    }),
  )
})

test('an id with one letter changed is no id, or another place', () => {
  fc.assert(
    fc.property(place, fc.nat(), fc.constantFrom('A', 'B', '-', '_', 'z', '9'), (any, at, letter) => {
      const id = encodeLockId(any)
      const index = at % id.length
      const changed = id.slice(0, index) + letter + id.slice(index + 1)
      if (changed !== id) expect(decodeLockId(changed)).not.toEqual(any)
    }),
  )
})
