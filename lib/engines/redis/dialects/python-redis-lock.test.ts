import { expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

it('knows python-redis-lock by its prefix and 18 bytes in base64, also without an end', () => {
  const token = 'aB3dE6gH9jK2mN5pQ8sT1v/+'
  const sighting = decode(string('lock:orders', token, -1))
  expect(sighting).toMatchObject({
    ...{ dialect: 'python-redis-lock', confidence: 'likely', waiters: { known: false } },
    holders: [{ tokenDigest: `d${token}`, remainingIs: 'none' }],
  })
  expect(nameOf(sighting)).toBe('orders')
  expect(decode(string('lock:orders', 'aB3dE6gH9jK2mN5pQ8sT1v=='))?.dialect).not.toBe('python-redis-lock')
  expect(decode(string('orders', token, -1))).toBeNull()
})
