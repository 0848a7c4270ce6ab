import { expect, test } from 'vitest'
import { keyEntry, seen } from '../testing/key-fixture.ts'

test('a lock of the npm package etcd3 is an empty key on a lease, and likely one by its name only', () => {
  expect(seen(keyEntry('locks/res1'))).toMatchObject({
    dialect: 'etcd3-lock',
    confidence: 'likely',
    kind: 'mutex',
    holders: [{ label: 'lease c', fence: '7', since: null, remainingIs: 'unknown' }],
    waiters: { known: false },
  })
  expect(seen(keyEntry('res1'))?.confidence).toBe('candidate')
  expect(seen(keyEntry('res1'), { match: 'res*', dialect: 'etcd3-lock' })?.confidence).toBe('certain')
})

test('a key that was written again, or ends with no lease, is none', () => {
  expect(seen(keyEntry('locks/res1', '', { modRevision: '8' }))).toBeNull()
  expect(seen(keyEntry('locks/res1', '', { lease: '0' }))).toBeNull()
})

test('the next hold of the same key is another one', () => {
  const digest = (createRevision: string) =>
    seen(keyEntry('locks/a', '', { createRevision, modRevision: createRevision }))?.holders[0]?.tokenDigest
  expect(digest('7')).not.toBe(digest('9'))
})
