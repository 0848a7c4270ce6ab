import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tellAll } from '../../conformance/tell-all.ts'
import { readQueue } from '../queue.ts'
import { keyEntry, seen } from '../testing/key-fixture.ts'
import { claimOf, dialectIds } from './index.ts'

const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array))
const wellKnown = fc.constantFrom(
  ...['/locks/', '/tooz/locks', '/service/a/leader', 'shedlock:default:', 'election/a/'],
  ...['com.coreos.airlock/groups/a/v1/semaphore', 'a/lock', 'a/leader', ''],
)
const key = fc
  .tuple(wellKnown, bytes)
  .map(([start, rest]) => Buffer.concat([Buffer.from(start), rest]))
  .filter(({ length }) => length > 0)
const noBigInts = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
const value = fc.oneof(
  bytes,
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array)),
  fc.json().map((json) => Buffer.from(json)),
  fc
    .tuple(
      fc.oneof(fc.double(), fc.constantFrom(1e300, 2 ** 53, -1, 0, 2.5, 1e16)),
      fc.anything({ maxDepth: 2 }),
    )
    .map(([slots, holders]) => Buffer.from(JSON.stringify({ total_slots: slots, holders }, noBigInts))),
  fc.string().map((text) => Buffer.from(`ADDED:${text}@${text}`)),
)
const lease = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String)
const entry = fc
  .record({ key, value, lease, isRead: fc.boolean() })
  .map(({ key, value, lease, isRead }) => keyEntry(key, isRead ? value : '', { lease, isRead }))

test('any bytes are read without a throw, and what is made of them can be shown', () => {
  fc.assert(
    fc.property(entry, fc.constantFrom(...dialectIds, null), (entry, pin) => {
      const patterns = pin === null ? [] : [{ match: '*', dialect: pin }]
      const sighting = seen(entry, ...patterns)
      if (sighting) tellAll(sighting)
      const labels = sighting?.holders.map(({ label }) => label) ?? []
      for (const label of labels) {
        expect(label.length).toBeLessThan(1_000)
        expect(label).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }
    }),
  )
})

test('a key without a lease is no lock, whatever it says, but for one format that never has one', () => {
  fc.assert(
    fc.property(entry, (entry) => {
      const alone = seen({ ...entry, lease: '0' })
      expect(alone === null || alone.dialect === 'airlock').toBe(true)
      expect(claimOf({ ...entry, lease: '0' }, entry.key)).toBeNull()
    }),
  )
})

test('a queue is whatever of it is one, in the order of creation', () => {
  const prefix = Buffer.from('/q/')
  fc.assert(
    fc.property(
      fc.uniqueArray(lease, { maxLength: 8 }),
      fc.array(entry, { maxLength: 8 }),
      (leases, others) => {
        const claims = leases.filter((lease) => lease !== '0')
        const entries = claims.map((lease, at) =>
          keyEntry(`/q/${BigInt(lease).toString(16)}`, '', { lease, createRevision: String(at + 5) }),
        )
        const strangers = others.map(({ key, ...other }) => ({
          ...other,
          key: Buffer.concat([prefix, key]),
          lease: '0',
        }))
        const queue = readQueue(prefix, [...strangers, ...entries.toReversed()])
        expect(queue?.claims.map(({ entry }) => entry.lease) ?? []).toEqual(claims)
      },
    ),
  )
})
