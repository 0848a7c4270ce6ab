import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validUntil } from './validity.ts'

const moment = fc.double({ min: 0, max: 1e9, noNaN: true })
const ttl = fc.integer({ min: 1, max: 86_400_000 })
/** How fast a node's clock runs beside ours, within what is allowed for. */
const speed = fc.double({ min: 0.99, max: 1.01, noNaN: true })

test('no node has let go of a hold that is still relied on, however its clock runs and whenever it was asked', () => {
  const onTheWay = fc.double({ min: 0, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(moment, ttl, speed, onTheWay, (sentAt, ttlMs, nodeSpeed, tripMs) => {
      // A store counts whole milliseconds, so that it may be one early.
      const gone = sentAt + tripMs + (ttlMs - 1) / nodeSpeed
      expect(validUntil(sentAt, ttlMs)).toBeLessThanOrEqual(gone)
    }),
  )
})

test('a later sending or a longer TTL is never worth less', () => {
  fc.assert(
    fc.property(moment, ttl, fc.nat(10_000), (sentAt, ttlMs, more) => {
      const now = validUntil(sentAt, ttlMs)
      expect(validUntil(sentAt + more, ttlMs)).toBeGreaterThanOrEqual(now)
      expect(validUntil(sentAt, ttlMs + more)).toBeGreaterThanOrEqual(now)
    }),
  )
})

test('most of a TTL of a second and more is of use', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 86_400_000 }), (ttlMs) => {
      expect(validUntil(0, ttlMs)).toBeGreaterThan(0.98 * ttlMs)
    }),
  )
})
