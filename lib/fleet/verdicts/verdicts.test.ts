import { describe, expect, it } from 'vitest'
import type { Holder, Lock, Waiter } from '../lock.ts'
import { at, merged, T0, voters } from '../test-locks.ts'
import { contendedLock, deadlocksIn } from '../test-waits.ts'
import { judge, judgeAgainAt, rules } from './index.ts'
import type { Context } from './rule.ts'
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

describe('verdicts that need more than the lock', () => {
  const usually = (holdP99Ms: number, count = 50) => ({ usualOf: () => ({ holdP99Ms, count }) })
  const ids = (lock: Lock, ms: number, context: Context) =>
    judge(lock, T0 + ms, context).map(({ id, severity }) => `${id} ${severity}`)
  const renewed = withHolder({ renewals: 5, lastRenewedAt: null })

  it('calls a hold overdue beyond what is usual for that lock, once that is known', () => {
    expect(ids(held, 11_999, usually(7_000))).toEqual([])
    expect(judgeAgainAt(held, T0 + 11_999, usually(7_000))).toBe(T0 + 12_000)
    expect(ids(held, 12_000, usually(7_000))).toEqual(['overdue note'])
    expect(ids(withWaiters([0]), 12_000, usually(7_000))).toEqual(['overdue risk'])
    expect(judge(held, T0 + 12_000, usually(7_000))[0]?.evidence).toEqual([
      'held for 12 s',
      'its own p99 is 7.0 s of 50 holds',
    ])
    expect(ids(held, 89_999, usually(60_000))).toEqual([])
    expect(ids(held, 90_000, usually(60_000))).toEqual(['overdue note'])
    expect(ids(held, 99_000, usually(7_000, 19))).toEqual([])
    expect(ids({ ...held, kind: 'election' }, 99_000, usually(7_000))).toEqual([])
    expect(ids(held, 99_000, { usualOf: () => null })).toEqual([])
  })

  it('calls it immortal when it is renewed ten times as long, or for a day', () => {
    expect(ids(renewed, 69_000, usually(7_000))).toEqual(['overdue note'])
    expect(ids(renewed, 70_000, usually(7_000))).toEqual(['immortal risk'])
    expect(ids(withWaiters([69_999], renewed), 70_000, usually(7_000))).toEqual(['immortal alarm'])
    expect(ids(renewed, 59_999, usually(10))).toEqual(['overdue note'])
    expect(ids(held, 86_400_000, {})).toEqual([])
    expect(ids(renewed, 86_399_999, {})).toEqual([])
    expect(judgeAgainAt(renewed, T0 + 86_399_999)).toBe(T0 + 86_400_000)
    expect(ids(renewed, 86_400_000, {})).toEqual(['immortal risk'])
    expect(ids(withHolder({ remainingIs: 'at-least' }), 86_400_000, {})).toEqual(['immortal risk'])
    expect(ids({ ...renewed, kind: 'election' }, 86_400_000, {})).toEqual([])
  })

  it('tells of a circle from both of its ends, and of the one that is the cheapest to open', () => {
    const locks = [
      contendedLock('a', ['one:0'], ['two:2000']),
      contendedLock('b', ['two:10'], ['one:1000']),
      contendedLock('c', ['two:10'], ['three:20']),
    ]
    const found = deadlocksIn(locks)
    const context = { deadlockOf: (id: string) => found.get(id) ?? null }
    const [a, b, c] = locks.map((lock) => judge(lock, T0 + 6_000, context))
    expect(a?.[0]).toEqual({
      id: 'deadlock',
      severity: 'risk',
      says: 'one holds it and waits for b, whose holder two waits for this.',
      evidence: [
        'stuck for 4.0 s',
        'in it one waits for b, two for a',
        'cheapest to release: a of one, it holds the least: 1 contended lock',
      ],
      suggests: 'release',
    })
    expect(b?.[0]).toMatchObject({
      says: 'two holds it and waits for a, whose holder one waits for this.',
      suggests: 'look',
    })
    expect(c).toEqual([])
    expect(judgeAgainAt(locks[0] ?? held, T0 + 6_000, context)).toBe(T0 + 7_000)
    expect(judge(locks[0] ?? held, T0 + 7_000, context)[0]?.severity).toBe('alarm')
  })
})

describe('what is said of every holder', () => {
  const [first] = held.holders
  const holder = (over: Partial<Holder>): Holder => ({ ...(first as Holder), ...over })
  const shared = (...holders: Holder[]): Lock => ({ ...held, kind: 'semaphore', permits: 3, holders })

  it('finds the one without a TTL, and the one that fell silent, wherever they stand', () => {
    const endless = shared(holder({}), holder({ remainingIs: 'none', since: at(-5_000) }))
    expect(judge(endless, T0 + 1_000)).toMatchObject([
      { id: 'no-ttl', evidence: ['no TTL on its key', '1 of 2 holders', 'held for 6.0 s'] },
    ])
    const silent = holder({ label: 'late', renewals: 10, lastRenewedAt: at(10_000) })
    expect(judgeAgainAt(shared(holder({}), silent), T0 + 12_100)).toBe(T0 + 12_200)
    expect(judge(shared(holder({}), silent, holder({}), silent), T0 + 12_500)).toMatchObject([
      { id: 'holder-silent', says: 'late and 1 more have stopped renewing it.' },
    ])
  })

  it('takes the longest of them for overdue', () => {
    const lock = shared(holder({ since: at(90_000) }), holder({ label: 'old' }))
    const context = { usualOf: () => ({ holdP99Ms: 7_000, count: 50 }) }
    expect(judge(lock, T0 + 99_000, context)).toMatchObject([
      { id: 'overdue', says: 'old holds it for longer than it is usually held.' },
    ])
  })
})

describe('verdicts about how a lock was made', () => {
  it('raises the alarm when a fence is lower than one that was given before', () => {
    const lock = { ...withHolder({ fence: '7' }), fenceBefore: '12' }
    expect(judge(lock, T0)).toMatchObject([
      {
        ...{ id: 'fence-went-down', severity: 'alarm' },
        evidence: expect.arrayContaining(['fence 7 now', '12 was seen before']),
      },
    ])
  })

  it('says until when it is frozen and by whom, and more loudly when somebody waits', () => {
    const gate = { state: 'frozen', until: at(600_000), by: 'ana', message: 'double charge' } as const
    expect(judge({ ...held, gate }, T0)).toEqual([
      {
        id: 'frozen',
        severity: 'note',
        says: 'Frozen by ana until 03:10:00 UTC: double charge',
        evidence: ['whoever holds it holds on'],
        suggests: 'look',
      },
    ])
    expect(found({ ...withWaiters([0]), gate }, 1_000)).toEqual(['frozen risk'])
    const back = { state: 'held-back', until: at(6_000), by: null, message: null } as const
    expect(judge({ ...held, gate: back }, T0)).toMatchObject([
      { id: 'held-back', severity: 'note', evidence: ['held back until 03:00:06 UTC, 6.0 s more'] },
    ])
  })

  it('counts the dead in a queue, which matter more to those behind them', () => {
    const dead = (count: number): Lock => ({ ...held, waiters: { known: true, count, list: [], dead: 1 } })
    expect(found(dead(0), 0)).toEqual(['dead-waiter note'])
    expect(found(dead(2), 0)).toEqual(['dead-waiter risk'])
    expect(found(withWaiters([0]), 0)).toEqual([])
  })

  it('warns of a lease that foreign locks share, not of ours', () => {
    const lock = withHolder({ sharedLease: 2 })
    expect(found({ ...lock, dialect: 'etcd3-lock' }, 0)).toEqual(['shared-lease note'])
    expect(found(lock, 0)).toEqual([])
  })

  it('warns of libraries that delete whatever is there', () => {
    expect(found({ ...held, dialect: 'redis-lock' }, 0)).toEqual(['unsafe-releaser note'])
    expect(found({ ...merged(voters('.'), held), dialect: 'redis-lock' }, 0)).toEqual([])
    expect(found({ ...held, dialect: 'redlock' }, 0)).toEqual([])
  })

  it('is right about 20,000 locks without a word for those that are well', () => {
    let words = 0
    for (let i = 0; i < 20_000; i++) words += judge(held, T0 + 1_000).length
    expect(words).toBe(0)
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
