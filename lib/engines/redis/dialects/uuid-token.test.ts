import { describe, expect, it } from 'vitest'
import { decode, nameOf, string } from './test-seen.ts'

const UUID = '1069c53e-82d5-4e86-89e6-29c9447d4997'

describe('a random UUID', () => {
  it.each([
    ['redlock-net', 'redlock:orders', 'orders'],
    ['spring-integration', 'lock-registry:orders', 'orders'],
    ['spring-integration', 'OrderRegistry:a:b', 'a:b'],
    ['uuid-token', 'orders_lock', 'orders_lock'],
  ])('is of %s under %s', (dialect, key, name) => {
    const sighting = decode(string(key, UUID))
    expect(sighting).toMatchObject({ dialect, confidence: 'likely', holders: [{ tokenDigest: `d${UUID}` }] })
    expect(nameOf(sighting)).toBe(name)
  })

  it('is not any UUID', () => {
    expect(decode(string('redlock:orders', UUID.toUpperCase()))).toBeNull()
    expect(decode(string('redlock:orders', `${UUID}0`))).toBeNull()
    expect(decode(string('redlock:orders', UUID.replace('-4', '-5')))).toBeNull()
  })
})
