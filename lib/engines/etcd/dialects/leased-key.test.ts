import { expect, test } from 'vitest'
import { keyEntry, seen } from '../testing/key-fixture.ts'

test('a key on a lease is a candidate where its name speaks of a lock', () => {
  expect(seen(keyEntry('app/leader', 'web-1:8080'))).toMatchObject({
    dialect: 'leased-key',
    confidence: 'candidate',
    kind: 'election',
    holders: [{ label: 'lease c' }],
  })
  for (const name of ['orders/lock', 'ordersLock', 'orders:mutex:7'])
    expect(seen(keyEntry(name, 'web-1'))?.confidence).toBe('candidate')
  for (const name of ['services/web/10.0.0.1', 'clock', 'unlocked', 'blocks/1'])
    expect(seen(keyEntry(name, 'web-1'))).toBeNull()
})

test('whoever pins the name makes it certain, or keeps it out', () => {
  const entry = keyEntry('services/cron', 'web-1')
  expect(seen(entry, { match: 'services/*', dialect: 'leased-key' })?.confidence).toBe('certain')
  expect(seen(keyEntry('a/leader', 'b'), { match: 'a/*', dialect: 'none' })).toBeNull()
})

test('without a lease, or with a big or unread value, it is none', () => {
  expect(seen(keyEntry('app/leader', 'web-1', { lease: '0' }))).toBeNull()
  expect(seen(keyEntry('app/leader', 'x'.repeat(300)))).toBeNull()
  expect(seen(keyEntry('app/leader', '', { isRead: false }))).toBeNull()
})

test('the value may be what proves the hold: it is not shown', () => {
  const {
    key: _,
    nameBytes: __,
    ...rest
  } = seen(keyEntry('a/leader', 'secret-7')) ?? { key: '', nameBytes: '' }
  expect(JSON.stringify(rest)).toContain('tokenDigest')
  expect(JSON.stringify(rest).replace(/"tokenDigest":"[^"]*"/g, '')).not.toContain('secret-7')
})
