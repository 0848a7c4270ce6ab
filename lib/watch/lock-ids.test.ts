import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toKeyId } from '../engines/key-id.ts'
import { decodeLockId } from '../fleet/lock-id.ts'
import { keyIdOf, LockIds, rawKeyOf } from './lock-ids.ts'

const key = (text: string) => toKeyId(Buffer.from(text))
const raw = (text: string) => rawKeyOf(key(text))

describe('ids of the locks of a backend', () => {
  it('lead back to the key, also of a lock that was never seen', () => {
    const id = new LockIds('a', 0).idOf(raw('lk:{x}'))
    expect(new LockIds('a', 0).keyOf(id)).toBe(key('lk:{x}'))
  })

  it('are those that anybody can take apart, whatever the key and the length of the names', () => {
    const bytes = fc.uint8Array({ maxLength: 256 }).map((all) => toKeyId(Buffer.from(all)))
    const backend = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/)
    fc.assert(
      fc.property(backend, fc.option(fc.nat(15)), bytes, (name, database, short) => {
        const ids = new LockIds(name, database)
        const id = ids.idOf(rawKeyOf(short))
        expect(decodeLockId(id)).toEqual({ backend: name, database, key: short })
        expect(ids.keyOf(id)).toBe(short)
        expect(keyIdOf(rawKeyOf(short))).toBe(short)
      }),
    )
  })

  it('of another backend or database lead nowhere', () => {
    const id = new LockIds('a', 0).idOf(raw('lk:{x}'))
    expect(new LockIds('b', 0).keyOf(id)).toBeNull()
    expect(new LockIds('a', 1).keyOf(id)).toBeNull()
    expect(new LockIds('a', null).keyOf(id)).toBeNull()
    expect(new LockIds('a', 0).keyOf('nonsense')).toBeNull()
  })

  it('of long keys are short, and known as long as the lock is', () => {
    const ids = new LockIds('a', 0)
    const long = key('x'.repeat(5_000))
    const id = ids.idOf(rawKeyOf(long))
    expect(id.length).toBeLessThan(80)
    expect(ids.keyOf(id)).toBe(long)
    ids.forget(rawKeyOf(long))
    expect(ids.keyOf(id)).toBeNull()
  })
})
