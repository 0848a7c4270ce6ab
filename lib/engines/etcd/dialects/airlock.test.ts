import { expect, test } from 'vitest'
import { base64, keyEntry, seen } from '../testing/key-fixture.ts'

const KEY = 'com.coreos.airlock/groups/workers/v1/semaphore'
const onNoLease = { lease: '0' }

test('a semaphore of airlock tells its slots and which machines have them, without an end', () => {
  const value = JSON.stringify({ total_slots: 2, holders: ['node-1', 'node-2'] })
  expect(seen(keyEntry(KEY, value, onNoLease))).toMatchObject({
    dialect: 'airlock',
    nameBytes: base64('workers'),
    kind: 'semaphore',
    confidence: 'certain',
    permits: 2,
    holders: [
      { label: 'node-1', fence: null, remainingIs: 'none' },
      { label: 'node-2', remainingIs: 'none' },
    ],
    waiters: { known: false },
  })
})

test('a free one has no holders, and broken JSON is none', () => {
  expect(seen(keyEntry(KEY, '{"total_slots":1,"holders":[]}', onNoLease))).toMatchObject({ holders: [] })
  for (const value of ['', '{', '{"total_slots":"1"}', '{"total_slots":-1}', '{"total_slots":1e300}', '[]'])
    expect(seen(keyEntry(KEY, value, onNoLease))).toBeNull()
})
