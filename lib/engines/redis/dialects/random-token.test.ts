import { describe, expect, it } from 'vitest'
import { decode, NOW, nameOf, string } from './test-seen.ts'

describe('libraries that are told by their tokens', () => {
  it.each([
    ['redsync', 'x3J0kq9h2L1mV5c8B7n6YQ=='],
    ['go-zero', 'aB3dE6gH9jK2mN5p'],
    ['redlock-py', 'aB3dE6gH9jK2mN5pQ8sT1v'],
    ['bsm-redislock', 'x3J0kq-h2L1mV5c8B7n6YQ'],
    ['rslock', '\u0001\u00ff'.repeat(10)],
    ['redlock-universal', `node-a:${NOW - 5}:0123456789abcdef`],
    ['uuid-token', '1069c53e-82d5-4e86-89e6-29c9447d4997'],
    ['redislock', 'd6ace1a0-e54e-11f1-8480-5f15a3b8a9c9'],
  ])('%s', (dialect, value) => {
    expect(decode(string('orders:lock', value))).toMatchObject({
      ...{ dialect, confidence: 'likely', kind: 'mutex', waiters: { known: false } },
      holders: [{ tokenDigest: `d${value}`, remainingMs: 5_000 }],
    })
    expect(decode(string('orders', value))?.confidence).toBe('candidate')
    expect(decode(string('orders', value, -1))).toBeNull()
  })

  it('warlock, with when it was taken and on which machine', () => {
    const sighting = decode(string('wk:lock', '1qgmsOVOEfGVut+6Vbz48w=='))
    expect(sighting).toMatchObject({
      ...{ dialect: 'warlock', confidence: 'certain' },
      holders: [{ sinceIs: 'exact', identity: { host: 'df:ba:55:bc:f8:f3' } }],
    })
    expect(new Date(sighting?.holders[0]?.since ?? 0).toISOString()).toMatch(/^2026-11-21T01:5/)
    expect(nameOf(sighting)).toBe('wk')
  })

  it('redislock, with when its object was made', () => {
    expect(decode(string('k', 'd6ace1a0-e54e-11f1-8480-5f15a3b8a9c9'))?.holders[0]).toMatchObject({
      ...{ since: null, identity: { labels: { made: expect.stringMatching(/^2026-11-21T01:5/) } } },
    })
  })

  it('redislock of Go may say more, and is less certain then', () => {
    expect(decode(string('orders:lock', 'x3J0kq9h2L1mV5c8B7n6YQ from web-3'))).toMatchObject({
      ...{ dialect: 'bsm-redislock', confidence: 'candidate' },
    })
  })
})
