import { describe, expect, it } from 'vitest'
import type { Holder, Lock, Waiter } from '../lock.ts'
import { at, merged, T0, voters } from '../test-locks.ts'
import { judge, judgeAgainAt, rules } from './index.ts'
import { duration } from './words.ts'

const held = merged(voters('AAAAA'))

const withHolder = (over: Partial<Holder>, lock: Lock = held): Lock => ({
  ...lock,
  holders: lock.holders.map((holder) => ({ ...holder, ...over })),
})
const waiter = (since: number, index: number): Waiter => ({
  ...{ label: `w${index}`, identity: null, tokenDigest: `w${index}` },
  since: at(since),
})
const withWaiters = (sinces: number[], lock: Lock = held): Lock => ({
  ...lock,
  waiters: { known: true, count: sinces.length, list: sinces.map(waiter) },
})
const found = (lock: Lock, ms: number) => judge(lock, T0 + ms).map(({ id, severity }) => `${id} ${severity}`)

describe('verdicts', () => {
  it('has one rule for each name, and none for a lock that is well', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(judge(held, T0 + 1_000)).toEqual([])
    expect(judgeAgainAt(held, T0 + 1_000)).toBeNull()
  })

  it('says a sentence, gives evidence with numbers and what to do', () => {
    const lock = withWaiters([0, 0], withHolder({ remainingIs: 'none', remainingMs: null }))
    expect(judge(lock, T0 + 90_000)).toEqual([
      {
        id: 'no-ttl',
        severity: 'alarm',
        says: 'It never ends by itself: it was taken without a TTL.',
        evidence: ['no TTL on its key', 'held for 90 s', '2 clients waiting'],
        suggests: 'release',
      },
    ])
  })

  it('calls a lock without a TTL a risk while nobody is known to wait', () => {
    const lock = withHolder({ remainingIs: 'none', remainingMs: null, sinceIs: 'first-seen' })
    expect(judge(lock, T0 + 5_000)).toMatchObject([
      { severity: 'risk', evidence: ['no TTL on its key', 'held for at least 5.0 s'] },
    ])
    expect(found({ ...lock, waiters: { known: false } }, 5_000)).toEqual(['no-ttl risk'])
  })

  describe('a holder that renewed every second', () => {
    const regular = withHolder({ renewals: 10, lastRenewedAt: at(10_000) })

    it('is silent after more than two of its own periods, and is judged again at that time', () => {
      expect(found(regular, 12_100)).toEqual([])
      expect(judgeAgainAt(regular, T0 + 12_100)).toBe(T0 + 12_200)
      expect(found(regular, 12_200)).toEqual(['holder-silent risk'])
      expect(found(withWaiters([0], regular), 12_200)).toEqual(['holder-silent alarm'])
      expect(judge(regular, T0 + 12_500)[0]?.evidence[0]).toBe('last renewed 2.5 s ago')
    })

    it('is not when it had no habit yet, or when renewals can not be seen', () => {
      expect(found(withHolder({ renewals: 2, lastRenewedAt: at(2_000) }), 9_000)).toEqual([])
      expect(found(withHolder({ remainingIs: 'at-least' }, regular), 99_000)).toEqual([])
      expect(found(withHolder({ since: null }, regular), 99_000)).toEqual([])
    })
  })

  it('calls a lock hot when 3 wait and the first for 10 s, and an alarm at 10 for a minute', () => {
    expect(found(withWaiters([0, 5_000, 9_000]), 9_999)).toEqual([])
    expect(judgeAgainAt(withWaiters([0, 5_000, 9_000]), T0 + 9_999)).toBe(T0 + 10_000)
    expect(found(withWaiters([0, 5_000, 9_000]), 10_000)).toEqual(['hot risk'])
    expect(found(withWaiters([0, 0]), 99_000)).toEqual([])
    const ten = withWaiters(Array.from({ length: 10 }, () => 0))
    expect(found(ten, 59_999)).toEqual(['hot risk'])
    expect(judgeAgainAt(ten, T0 + 59_999)).toBe(T0 + 60_000)
    expect(found(ten, 60_000)).toEqual(['hot alarm'])
    expect(found({ ...ten, waiters: { known: false } }, 60_000)).toEqual([])
  })

  it('points at a bare majority, and at none on a single node', () => {
    expect(found(merged(voters('AAAA?')), 0)).toEqual([])
    const bare = merged(voters('AA?.A'))
    expect(found(bare, 0)).toEqual(['below-quorum risk'])
    expect(judge(bare, T0)[0]?.evidence).toEqual([
      '3 of 5 votes, 3 needed',
      '1 of 5 nodes give no answer',
      'no vote on 1 more',
    ])
    expect(found(merged(voters('A')), 0)).toEqual([])
  })

  it('tells a lost majority from votes that never were one', () => {
    expect(found(merged(voters('AA...')), 0)).toEqual(['partial note'])
    expect(found(merged(voters('AA...', 10), held), 0)).toEqual(['partial alarm'])
  })

  it('counts the votes of a split for each', () => {
    expect(judge(merged(voters('AAB..')), T0)).toMatchObject([
      { id: 'split', evidence: ['3 of 5 votes cast, 3 needed by one', '2 for A@host', '1 for B@host'] },
    ])
  })

  it('names who had a lock last that nobody can tell of', () => {
    const lock = merged(voters('A.???', 10), held)
    expect(judge(lock, T0 + 4_000)).toMatchObject([
      { id: 'unknown', evidence: ['3 of 5 voters silent', 'so for 4.0 s', 'last seen with A@host'] },
    ])
  })
})

describe('durations in words', () => {
  it.each([
    [-5, '0.0 s'],
    [440, '0.4 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [119_000, '119 s'],
    [200_000, '3 min'],
    [7_200_000, '2 h'],
    [200_000_000, '2 days'],
  ])('says %d ms as %s', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })
})
