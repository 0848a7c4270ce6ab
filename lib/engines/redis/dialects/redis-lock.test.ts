import { expect, it } from 'vitest'
import { decode, NOW, nameOf, string } from './test-seen.ts'

it('knows npm redis-lock by the end that it writes, which is that of the key', () => {
  const sighting = decode(string('lock.rl', String(NOW + 5_001), 4_999))
  expect(sighting).toMatchObject({
    dialect: 'redis-lock',
    confidence: 'certain',
    holders: [{ remainingMs: 4_999 }],
  })
  expect(nameOf(sighting)).toBe('rl')
  expect(decode(string('lock.rl', String(NOW + 60_000), 4_999))).toBeNull()
  expect(decode(string('lock.rl', String(NOW + 5_001), -1))).toBeNull()
  expect(decode(string('locks.rl', String(NOW + 5_001), 4_999))).toBeNull()
})
