import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, toBase64, toBase64Url } from './bytes.ts'
import { decodeLockId, encodeLockId } from './lock-id.ts'

const backend = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/)
const database = fc.option(fc.nat(15))

describe('lock id', () => {
  it('comes back as what it was made of, whatever bytes the key has', () => {
    fc.assert(
      fc.property(backend, database, fc.uint8Array({ maxLength: 256 }), (backend, database, bytes) => {
        const place = { backend, database, key: toBase64Url(bytes) }
        const id = encodeLockId(place)
        expect(id).toMatch(/^[A-Za-z0-9_-]+$/)
        expect(decodeLockId(id)).toEqual(place)
      }),
    )
  })

  it('differs by backend, by database and by key', () => {
    const key = toBase64Url(new TextEncoder().encode('lk:{orders/42}'))
    const ids = [
      encodeLockId({ backend: 'a', database: 0, key }),
      encodeLockId({ backend: 'b', database: 0, key }),
      encodeLockId({ backend: 'a', database: 1, key }),
      encodeLockId({ backend: 'a', database: null, key }),
      encodeLockId({
        backend: 'a',
        database: 0,
        key: toBase64Url(new TextEncoder().encode('lk:{orders/43}')),
      }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('names a long key by its hash only', () => {
    const keyHash = new Uint8Array(32).fill(7)
    const id = encodeLockId({ backend: 'a', database: null, keyHash })
    expect(decodeLockId(id)).toEqual({ backend: 'a', database: null, keyHash })
    const long = toBase64Url(new Uint8Array(257))
    expect(() => encodeLockId({ backend: 'a', database: null, key: long })).toThrow(RangeError)
  })

  it('refuses what it did not make', () => {
    for (const text of ['', 'x', '%%%', 'AAAA', toBase64Url(new TextEncoder().encode('a\0x\0kkey'))]) {
      expect(decodeLockId(text)).toBeNull()
    }
    const id = encodeLockId({ backend: 'a', database: null, key: '' })
    expect(decodeLockId(`${id}=`)).toBeNull()
  })
})

describe('base64', () => {
  it('agrees with the platform for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
        expect(fromBase64(toBase64Url(bytes))).toEqual(bytes)
      }),
      { numRuns: 30 },
    )
  })
})
