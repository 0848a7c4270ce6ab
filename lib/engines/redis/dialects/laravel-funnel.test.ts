import { expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

const TOKEN = 'aB3dE6gH9jK2mN5pQ8rS'

it('knows a slot of a funnel of Laravel', () => {
  const sighting = decode(string('shop-database-export3', TOKEN))
  expect(sighting).toMatchObject({
    ...{ dialect: 'laravel-funnel', confidence: 'likely', kind: 'semaphore', permits: null },
    holders: [{ remainingMs: 5_000, identity: { labels: { slot: '3' } } }],
    waiters: { known: false },
  })
  expect(nameOf(sighting)).toBe('export3')
  expect(decode(string('laravel_database_export12', TOKEN))?.confidence).toBe('likely')
})

it('is less sure without the prefix of a connection, and knows nothing else', () => {
  expect(decode(string('export1', TOKEN))).toMatchObject({ confidence: 'candidate' })
  expect(decode(string('export-lock:1', TOKEN))).toMatchObject({ confidence: 'likely' })
  for (const key of [string('shop-database-export', TOKEN), string('shop-database-export1', TOKEN, -1)])
    expect(decode(key)?.dialect).not.toBe('laravel-funnel')
  expect(decode(string('shop-database-export1', TOKEN.toLowerCase()))).toBeNull()
})
