import { expect, it } from 'vitest'
import { decode, nameOf, none, string } from './test-seen.ts'

it('knows rueidislock by the same bytes under a majority of its keys', () => {
  const token = '\u0001\u00fe'.repeat(12)
  const other = '\u0002'.repeat(24)
  const second = string('rueidislock:1:a', token, 3_000)
  const sighting = decode(string('rueidislock:0:a', token, 5_000), [second])
  expect(sighting).toMatchObject({
    ...{ dialect: 'rueidislock', confidence: 'certain' },
    holders: [{ remainingMs: 3_000, remainingIs: 'exact' }],
  })
  expect(nameOf(sighting)).toBe('a')
  const third = string('rueidislock:2:a', token, 4_000)
  expect(decode(none('rueidislock:0:a'), [second, third])?.holders).toMatchObject([{ remainingMs: 3_000 }])
  expect(decode(string('rueidislock:0:a', other), [second, third])?.holders).toHaveLength(1)
  expect(decode(string('rueidislock:0:a', other), [second])).toBeNull()
  expect(decode(none('rueidislock:0:a'))).toBeNull()
})
