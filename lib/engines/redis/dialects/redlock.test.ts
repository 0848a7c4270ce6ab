import { describe, expect, it } from 'vitest'
import { decodeRedlock } from './redlock.ts'

const NOW = Date.parse('2026-11-21T03:00:00Z')
const digest = (token: Uint8Array | string) => `d${Buffer.from(token).toString('latin1')}`
const decode = (key: string, value: string, over: { expiry?: number; pinned?: boolean } = {}) =>
  decodeRedlock(
    { key: Buffer.from(key), value: Buffer.from(value), expiry: 5_000, readAt: NOW, pinned: false, ...over },
    digest,
  )

describe('strings that the redlock family writes', () => {
  // As the published packages wrote them: redlock 4, redlock 5, its fork, and one more of the family.
  it.each([
    '70ae1b55ae774347179c64e8d2f4ea03',
    'e8e6e2f04334c1631ea89198c9162795',
    'af7fd61d34e5365756564178282fbd9d',
    '5996cd28f5ee9f290f16c1af31714a29',
  ])('knows %s', (value) => {
    expect(decode('a', value)).toMatchObject({
      dialect: 'redlock',
      confidence: 'candidate',
      waiters: { known: false },
      holders: [{ tokenDigest: `d${value}`, remainingMs: 5_000, remainingIs: 'exact', since: null }],
    })
  })

  it('leaves the tokens of the redis-py family to others', () => {
    expect(decode('pylock', 'dead0ceae54e11f1bd6502fc00000001')).toBeNull()
    // The same digits with a time long ago are no UUID that somebody made.
    expect(decode('a', 'dead0ceae54e10018d6502fc00000001')).not.toBeNull()
  })

  it.each([
    'd6ace1a0-e54e-11f1-8480-5f15a3b8a9c9',
    '70AE1B55AE774347179C64E8D2F4EA03',
    '70ae1b55ae774347179c64e8d2f4ea0',
    '70ae1b55ae774347179c64e8d2f4ea033',
    '1795226224654',
    '',
  ])('takes %j for no token', (value) => {
    expect(decode('lock', value)).toBeNull()
  })

  it('finds it likely when the name says lock', () => {
    const token = '70ae1b55ae774347179c64e8d2f4ea03'
    for (const name of ['lock', 'locks:a', 'a.lock', 'MUTEX-7', 'x/leader/y'])
      expect(decode(name, token)?.confidence, name).toBe('likely')
    for (const name of ['block', 'clock:a', 'session:1', 'unlocked'])
      expect(decode(name, token)?.confidence, name).toBe('candidate')
  })

  it('believes the operator, and shows that there is no TTL', () => {
    expect(decode('job:1', 'worker-7', { pinned: true, expiry: -1 })).toMatchObject({
      confidence: 'certain',
      holders: [{ remainingMs: null, remainingIs: 'none' }],
    })
    expect(decode('job:1', 'x'.repeat(129), { pinned: true })).toBeNull()
  })
})
