import { describe, expect, it } from 'vitest'
import { decode, string } from './test-seen.ts'

describe('strings that the redlock family writes', () => {
  // As the published packages wrote them: redlock 4, redlock 5, its fork, and one more of the family.
  it.each([
    '70ae1b55ae774347179c64e8d2f4ea03',
    'e8e6e2f04334c1631ea89198c9162795',
    'af7fd61d34e5365756564178282fbd9d',
    '5996cd28f5ee9f290f16c1af31714a29',
  ])('knows %s', (value) => {
    expect(decode(string('a', value))).toMatchObject({
      dialect: 'redlock',
      confidence: 'candidate',
      kind: 'mutex',
      waiters: { known: false },
      holders: [{ tokenDigest: `d${value}`, remainingMs: 5_000, remainingIs: 'exact', since: null }],
    })
  })

  it('takes digits with the mark of a UUID, but with a time long ago, for random ones', () => {
    expect(decode(string('a', 'dead0ceae54e10018d6502fc00000001'))?.dialect).toBe('redlock')
  })

  it.each([
    '70AE1B55AE774347179C64E8D2F4EA03',
    '70ae1b55ae774347179c64e8d2f4ea0',
    '70ae1b55ae774347179c64e8d2f4ea033',
    '1795226224654',
    '',
  ])('takes %j for no token', (value) => {
    expect(decode(string('lock', value))).toBeNull()
  })

  it('finds it likely when the name says lock, and nothing when neither name nor time speak for it', () => {
    const token = '70ae1b55ae774347179c64e8d2f4ea03'
    expect(decode(string('orders:lock', token, -1))?.confidence).toBe('likely')
    expect(decode(string('session:1', token))?.confidence).toBe('candidate')
    expect(decode(string('session:1', token, -1))).toBeNull()
  })
})
