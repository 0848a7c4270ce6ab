import { expect, it } from 'vitest'
import { decode, hash, items, nameOf } from './test-seen.ts'

it('knows the permits of Ruby that were taken and that are left', () => {
  const available = items('list', 'SEMAPHORE:a:AVAILABLE', ['1', '2'])
  const sighting = decode(hash('SEMAPHORE:a:GRABBED', { 0: '1795226219.5' }, -1), [available])
  expect(sighting).toMatchObject({
    ...{ dialect: 'redis-semaphore-ruby', confidence: 'certain', kind: 'semaphore', permits: 3 },
    holders: [{ since: 1795226219500, sinceIs: 'exact', remainingIs: 'none' }],
  })
  expect(nameOf(sighting)).toBe('a')
  expect(decode(hash('SEMAPHORE:a:GRABBED', { 0: 'no time' }, -1))).toBeNull()
})
