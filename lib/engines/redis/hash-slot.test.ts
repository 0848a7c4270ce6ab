import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slotOfKey, tagOfSlot } from './hash-slot.ts'

test('a key is in the slot that the specification of Redis Cluster says', () => {
  expect(slotOfKey('123456789')).toBe(0x31c3)
  expect(slotOfKey('foo{hash_tag}')).toBe(slotOfKey('hash_tag'))
  expect(slotOfKey('foo{}{bar}')).not.toBe(slotOfKey('bar'))
  expect(slotOfKey('foo{{bar}}zap')).toBe(slotOfKey('{bar'))
  expect(slotOfKey('foo{bar}{zap}')).toBe(slotOfKey('bar'))
})

test('every slot has a tag of its own that is in it', () => {
  fc.assert(
    fc.property(fc.nat(16_383), (slot) => {
      expect(slotOfKey(`lk:clock:{${tagOfSlot(slot)}}`)).toBe(slot)
    }),
  )
  expect(() => tagOfSlot(16_384)).toThrow(RangeError)
})
