import { expect, test } from 'vitest'
import { base64, keyEntry, seen } from '../testing/key-fixture.ts'

const UUID4 = Buffer.from('a0969ba1be034ae192f1a6ca1c8a1c0e', 'hex')

test('a lock of tooz stands under its prefix without a slash, and holds the bytes of a UUID', () => {
  expect(seen(keyEntry('/tooz/locksnova-compute', UUID4))).toMatchObject({
    dialect: 'tooz',
    nameBytes: base64('nova-compute'),
    confidence: 'certain',
    holders: [{ label: 'lease c', identity: { process: 'lease c' }, fence: '7' }],
    waiters: { known: false },
  })
})

test('anything else there is none', () => {
  expect(seen(keyEntry('/tooz/locks', UUID4))?.dialect).not.toBe('tooz')
  expect(seen(keyEntry('/tooz/locksa', UUID4.subarray(1)))).toBeNull()
  expect(seen(keyEntry('/tooz/groups/a', UUID4))).toBeNull()
})
