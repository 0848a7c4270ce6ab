import { expect, test } from 'vitest'
import { driftMs, validUntil } from './validity.ts'

test('a grant is good for its TTL without the drift, from the sending on', () => {
  expect(driftMs(10_000)).toBe(102)
  expect(validUntil(500, 10_000)).toBe(500 + 10_000 - 102)
})

test('a TTL as short as the drift is worth nothing', () => {
  expect(validUntil(0, 2)).toBe(0)
})
