import { describe, expect, it } from 'vitest'
import { decode, hash, NOW, nameOf } from './test-seen.ts'

const one = '1b2f3c4d-58cc-4372-a567-0e02b2c3d479:57'
const other = '9c858901-8a57-4791-81fe-4c455b099bc9:1'
const JACK = '6v1w5Zl0Q3fX2a9bC4dE+g'
const MARY = 'aB/dE6gH9jK2mN5pQ8rS1w'

const held = (thing: string, token: string, endsAt: number, count = '1') => ({
  [thing]: token,
  [`${thing}:${token}:expire_time`]: String(endsAt),
  [`${thing}:${token}:lock_count`]: count,
})

describe("a group of Redisson's FasterMultiLock", () => {
  it('tells who has how much of it, until when, and how often', () => {
    const fields = { ...held(JACK, one, NOW + 9_000, '2'), ...held(MARY, one, NOW + 8_000, '2') }
    const sighting = decode(hash('class_100', fields, 30_000))
    expect(sighting).toMatchObject({
      ...{ dialect: 'redisson-faster', confidence: 'certain', kind: 'semaphore', permits: null },
      waiters: { known: false },
      holders: [
        {
          tokenDigest: `d${one}`,
          label: expect.stringMatching(/, thread 57$/),
          identity: { labels: { thread: '57', things: '2', reentrant: '2' } },
          ...{ remainingMs: 8_000, remainingIs: 'exact' },
        },
      ],
    })
    expect(nameOf(sighting)).toBe('class_100')
  })

  it('has several holders of different things', () => {
    const fields = { ...held(JACK, one, NOW + 9_000), ...held(MARY, other, NOW + 5_000) }
    expect(decode(hash('class_100', fields))?.holders).toMatchObject([
      { tokenDigest: `d${one}`, remainingMs: 9_000 },
      { tokenDigest: `d${other}`, remainingMs: 5_000 },
    ])
  })

  it('does not count what ran out, or what somebody else has taken since', () => {
    const over = held(JACK, one, NOW - 1)
    expect(decode(hash('class_100', over))).toBeNull()
    const taken = { ...held(MARY, one, NOW + 5_000), ...held(MARY, other, NOW + 7_000) }
    expect(decode(hash('class_100', { ...over, ...taken }))?.holders).toMatchObject([
      { tokenDigest: `d${other}` },
    ])
  })

  it('is no other hash', () => {
    const fields = held(JACK, one, NOW + 9_000)
    expect(decode(hash('a', { ...fields, name: 'x' }))).toBeNull()
    expect(decode(hash('a', { ...fields, [`${JACK}:${one}:expire_time`]: 'soon' }))).toBeNull()
    expect(decode(hash('a', { ...fields, [`${JACK}:x:expire_time`]: '1795226219637' }))).toBeNull()
    expect(decode(hash('a', { ...fields, [`${JACK}:${one}:lock_count`]: '-1' }))).toBeNull()
    expect(decode(hash('a', { [JACK]: one }))).toBeNull()
    expect(decode(hash('a', fields, -1))).toBeNull()
  })
})
