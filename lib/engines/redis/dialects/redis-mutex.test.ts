import { expect, it } from 'vitest'
import { decode, NOW, nameOf, string } from './test-seen.ts'

it('knows the end of a lock of redis-mutex, whose key stays', () => {
  const ends = (ms: number) => decode(string('RedisMutex:a', String((NOW + ms) / 1_000), -1))
  expect(ends(2_500)).toMatchObject({
    ...{ dialect: 'redis-mutex', confidence: 'certain' },
    holders: [{ remainingMs: 2_500, remainingIs: 'exact' }],
  })
  expect(nameOf(ends(2_500))).toBe('a')
  expect(ends(-1)).toBeNull()
  expect(decode(string('RedisMutex:a', 'soon', -1))).toBeNull()
})
