import { describe, expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

const OWNER = 'aB3dE6gH9jK2mN5p'

describe('a cache lock of Laravel', () => {
  it.each(['app-database-app-cache-orders', 'app_database_app_cache_:orders'])(
    'is likely under %s',
    (key) => {
      const sighting = decode(string(key, OWNER, -1))
      expect(sighting).toMatchObject({
        ...{ dialect: 'laravel', confidence: 'likely', holders: [{ tokenDigest: `d${OWNER}` }] },
      })
      expect(nameOf(sighting)).toBe('orders')
    },
  )

  it.each([
    'laravel_unique_job:App\\Jobs\\Send:7',
    'laravel-queue-overlap:App\\Jobs\\Send:7',
    `framework/schedule-${'0a'.repeat(20)}1230`,
  ])('is certain for %s', (key) => {
    expect(decode(string(`app-database-app-cache-${key}`, OWNER))).toMatchObject({
      ...{ dialect: 'laravel', confidence: 'certain' },
    })
  })

  it('is no cached value', () => {
    expect(decode(string('app-database-app-cache-orders', 's:5:"hello";'))).toBeNull()
    expect(decode(string('app-database-app-cache-orders', '1795226219637000'))).toBeNull()
  })
})
