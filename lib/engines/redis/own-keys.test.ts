import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lockKey, queueKey, waitersKey } from './layout.ts'
import { gateOf, isOurs, lockOf, ownKey, ownName, queueOf, slotOf, waitersOf } from './own-keys.ts'

describe('keys of ours', () => {
  it('lead back to the lock for names of any bytes, also such that look like parts', () => {
    const hostile = fc
      .constantFrom('}', '}:queue', 'a}:waiters', '{', '', 'x}:queue}:queue', 'x}:slot:1')
      .map((text) => Buffer.from(text))
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
    fc.assert(
      fc.property(fc.oneof(bytes, hostile), (name) => {
        const key = ownKey(name)
        if (name.length > 0) expect(ownName(key)).toEqual(name)
        for (const part of [queueOf(key), waitersOf(key), gateOf(key), slotOf(key, 12)]) {
          expect(ownName(part)).toBeNull()
          expect(lockOf(part)).toEqual(key)
          expect(isOurs(part)).toBe(true)
        }
      }),
    )
  })

  it('are those of the layout', () => {
    expect(ownKey(Buffer.from('a/b')).toString()).toBe(lockKey('a/b'))
    expect(queueOf(Buffer.from(lockKey('a/b'))).toString()).toBe(queueKey('a/b'))
    expect(waitersOf(Buffer.from(lockKey('a/b'))).toString()).toBe(waitersKey('a/b'))
  })

  it('tell nothing of a lock when a node keeps them for itself', () => {
    for (const key of ['lk:index', 'lk:clock', 'lk:quarantine', 'lk:{a', 'lk:{a}:else'])
      expect(lockOf(Buffer.from(key)), key).toBeNull()
    expect(isOurs(Buffer.from('locks:a'))).toBe(false)
  })
})
