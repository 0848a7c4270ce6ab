import { expect, test } from 'vitest'
import { base64, keyEntry, seen } from '../testing/key-fixture.ts'

test('a lock of ShedLock tells exactly since when, and on which host', () => {
  expect(
    seen(keyEntry('shedlock:default:nightly-report', 'ADDED:2026-11-21T11:59:58.123Z@worker-3')),
  ).toMatchObject({
    dialect: 'shedlock',
    nameBytes: base64('nightly-report'),
    confidence: 'certain',
    kind: 'mutex',
    holders: [
      {
        label: 'worker-3',
        identity: { service: 'worker-3', host: 'worker-3' },
        since: Date.UTC(2026, 10, 21, 11, 59, 58, 123),
        sinceIs: 'exact',
      },
    ],
  })
})

test('a value that says anything else is none', () => {
  for (const value of ['ADDED:soon@worker-3', 'ADDED:2026-11-21T11:59:58Z', 'REMOVED:2026-11-21T11:59:58Z@a'])
    expect(seen(keyEntry('shedlock:default:a', value))).toBeNull()
})
