import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Confidence } from './lock.ts'
import { merge } from './merge.ts'
import { at, merged, seenHolder, seenWaiter, sighting, T0, voters } from './test-locks.ts'
import type { VoterSays } from './voter.ts'

const state = (word: string, before: string | null = null) =>
  merged(voters(word, 10), before ? merged(voters(before)) : null).state

describe('what the votes amount to', () => {
  it.each([
    ['A', 'held'],
    ['AAAAA', 'held'],
    ['AAA..', 'held'],
    ['AAA??', 'held'],
    ['AAABB', 'held'],
    ['AA...', 'partial'],
    ['A...?', 'partial'],
    ['A....', 'partial'],
    ['AABB.', 'split'],
    ['ABCDE', 'split'],
    ['A.B.?', 'split'],
    ['AA??.', 'unknown'],
    ['AA?..', 'unknown'],
    ['AABB?', 'unknown'],
    ['A??..', 'unknown'],
    ['A????', 'unknown'],
  ])('calls %s %s', (word, expected) => {
    expect(state(word)).toBe(expected)
  })

  it.each([
    ['?', 'unknown'],
    ['???..', 'unknown'],
    ['?????', 'unknown'],
    ['.....', 'free'],
    ['??...', 'free'],
    ['.', 'free'],
  ])('calls %s %s when it was held before', (word, expected) => {
    expect(state(word, word.length === 1 ? 'A' : 'AAAAA')).toBe(expected)
  })

  it('never says free or held when the silent could make it otherwise', () => {
    const letter = fc.constantFrom('A', 'B', 'C', '.', '?')
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 7 }), (letters) => {
        const word = letters.join('')
        const before = merged(voters('A'.repeat(letters.length)))
        const now = merged(voters(word, 10), before)
        const silent = letters.filter((each) => each === '?').length
        const needed = Math.floor(letters.length / 2) + 1
        const most = Math.max(
          0,
          ...['A', 'B', 'C'].map((token) => letters.filter((each) => each === token).length),
        )
        if (now.state === 'held') expect(most).toBeGreaterThanOrEqual(needed)
        if (now.state === 'free') expect(silent).toBeLessThan(needed)
        if (['free', 'partial', 'split'].includes(now.state) && silent > 0)
          expect(most > 0 ? most + silent : silent).toBeLessThan(needed)
      }),
    )
  })

  it('is the same lock whatever order its nodes are heard in, but for the order of its votes', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const says = voters('ABAA?', 10)
        const shuffled = order.flatMap((index) => says[index] ?? [])
        const { votes: _, seen: __, ...lock } = merged(says)
        expect(merged(shuffled)).toMatchObject(lock)
      }),
    )
  })
})

describe('a merged lock', () => {
  it('is nothing when nobody has anything and nothing was known', () => {
    const input = { id: 'id', backend: 'pay', database: 0, before: null, refuses: () => null }
    expect(merge({ ...input, voters: voters('.....') })).toBeNull()
    expect(merge({ ...input, voters: voters('??...') })).toBeNull()
  })

  it('lists votes in node order with their age and whose they are', () => {
    const lock = merged([...voters('AB', 0), ...voters('.?', 500), ...voters('A', 500)])
    expect(lock.votes.map((vote) => vote.vote)).toEqual(['holder', 'holder', 'empty', 'no-answer', 'holder'])
    expect(lock.votes[0]).toMatchObject({ same: true, ageMs: 500, remainingMs: 9_500 })
    expect(lock.votes[3]).toMatchObject({ since: at(0), latencyMs: null })
    expect(lock.observedAt).toBe(at(500))
  })

  it('has left what its majority has left: the quorum-th largest', () => {
    const left = [9_000, 1_000, 7_000, 8_000, 500]
    const says = voters('AAAAA').map(
      (voter, index): VoterSays =>
        voter.says === 'sighting'
          ? { ...voter, sighting: sighting(seenHolder('A', { remainingMs: left[index] ?? 0 })) }
          : voter,
    )
    expect(merged(says).holders[0]).toMatchObject({ remainingMs: 7_000, remainingIs: 'exact' })
  })

  it('never ends by itself only when a majority has no TTL', () => {
    const none = { remainingMs: null, remainingIs: 'none' as const }
    expect(merged(voters('A', 0, () => none)).holders[0]?.remainingIs).toBe('none')
    const mixed = [...voters('A', 0, () => none), ...voters('AA')]
    expect(merged(mixed).holders[0]).toMatchObject({ remainingIs: 'exact', remainingMs: 10_000 })
  })

  it('is as sure as those are who see it, and what is free as sure as it was', () => {
    const seenAs = (confidence: Confidence, remainingMs = 10_000): VoterSays[] => [
      {
        ...{ node: 'n1', says: 'sighting', latencyMs: 1 },
        sighting: sighting(seenHolder('A', { remainingMs }), 0, { confidence }),
      },
    ]
    const likely = merged(seenAs('likely'))
    expect(merged(seenAs('candidate'), likely).confidence).toBe('candidate')
    expect(merged(seenAs('likely'), merged(seenAs('candidate'))).confidence).toBe('likely')
    expect(merged(seenAs('candidate'), merged(seenAs('certain'))).confidence).toBe('certain')
    expect(merged(voters('.'), likely).confidence).toBe('likely')
    expect(merged(voters('?'), likely).confidence).toBe('likely')
  })

  it('is certain when independent nodes agree on one random token, and stays so', () => {
    const weak = (word: string) =>
      voters(word).map(
        (voter): VoterSays =>
          voter.says === 'sighting'
            ? { ...voter, sighting: { ...voter.sighting, confidence: 'candidate' } }
            : voter,
      )
    expect(merged(weak('A..')).confidence).toBe('candidate')
    const held = merged(weak('AA.'))
    expect(held.confidence).toBe('certain')
    expect(merged(weak('A..'), held).confidence).toBe('certain')
    expect(merged(weak('A')).confidence).toBe('candidate')
  })

  it('keeps the last holder while nobody can say, but not what it had left', () => {
    const held = merged(voters('AAAAA'))
    const unknown = merged(voters('A..??', 100), held)
    expect(unknown.holders).toMatchObject([{ tokenDigest: 'A', since: at(0), remainingIs: 'unknown' }])
    // Here A can't have a majority any more, whatever the silent say.
    expect(merged(voters('BB.??', 100), held).holders).toMatchObject([{ tokenDigest: 'B', since: null }])
  })

  it('does not call somebody a holder since some time who never had a majority', () => {
    expect(merged(voters('AA...')).holders).toMatchObject([{ since: null, sinceIs: 'unknown' }])
    const lost = merged(voters('AA...', 100), merged(voters('AAA..')))
    expect(lost.holders).toMatchObject([{ since: at(0) }])
  })

  it('says since when it was first seen where the format does not tell', () => {
    const silent = { since: null, sinceIs: 'unknown' as const }
    const first = merged(voters('A', 300, () => silent))
    expect(first.holders[0]).toMatchObject({ since: at(300), sinceIs: 'first-seen' })
    expect(
      merged(
        voters('A', 900, () => silent),
        first,
      ).holders[0]?.since,
    ).toBe(at(300))
  })

  it('counts a renewal when what is left rose, and only then', () => {
    const left = (remainingMs: number) => () => ({ remainingMs })
    const first = merged(voters('A', 0, left(10_000)))
    const later = merged(voters('A', 3_000, left(7_040)), first)
    expect(later.holders[0]).toMatchObject({ renewals: 0, lastRenewedAt: null })
    const renewed = merged(voters('A', 4_000, left(9_990)), later)
    expect(renewed.holders[0]).toMatchObject({ renewals: 1, lastRenewedAt: at(3_990) })
    const other = merged(voters('B', 5_000, left(10_000)), renewed)
    expect(other.holders[0]).toMatchObject({ renewals: 0 })
  })

  it('carries a lower bound on until it has run out', () => {
    const told = { remainingMs: 5_000, remainingIs: 'at-least' as const }
    const notTold = { remainingMs: null, remainingIs: 'unknown' as const }
    const first = merged(voters('A', 0, () => told))
    const second = merged(
      voters('A', 2_000, () => notTold),
      first,
    )
    expect(second.holders[0]).toMatchObject({ remainingMs: 3_000, remainingIs: 'at-least', renewals: 0 })
    const third = merged(
      voters('A', 6_000, () => notTold),
      second,
    )
    expect(third.holders[0]).toMatchObject({ remainingMs: null, remainingIs: 'unknown' })
  })

  it('gathers the queue from all nodes, oldest first, without whoever holds', () => {
    const queue = (...list: ReturnType<typeof seenWaiter>[]) => ({
      waiters: { known: true as const, count: list.length, list },
    })
    const says: VoterSays[] = [
      { node: 'n1', says: 'sighting', latencyMs: 1, sighting: sighting(null, 0, queue(seenWaiter('w', 30))) },
      {
        ...{ node: 'n2', says: 'sighting', latencyMs: 1 },
        sighting: sighting(
          seenHolder('A'),
          0,
          queue(seenWaiter('v', 10), seenWaiter('A', 5), seenWaiter('w', 31)),
        ),
      },
      { node: 'n3', says: 'sighting', latencyMs: 1, sighting: sighting(seenHolder('A')) },
    ]
    expect(merged(says).waiters).toMatchObject({
      count: 2,
      list: [{ tokenDigest: 'v' }, { tokenDigest: 'w', since: at(30) }],
    })
  })

  it('is waited for when nobody holds it and somebody queues', () => {
    const waiters = { known: true as const, count: 7, list: [seenWaiter('w')] }
    const lock = merged([
      { node: 'n1', says: 'sighting', latencyMs: 1, sighting: sighting(null, 0, { waiters }) },
    ])
    expect(lock).toMatchObject({ state: 'waiting', holders: [], waiters: { count: 7 } })
    expect(lock.releaseBlocked).toBe('Nobody holds it.')
  })

  it('does not take unknown waiters for none', () => {
    const foreign = sighting(seenHolder('A'), 0, { waiters: { known: false } })
    const lock = merged([{ node: 'n1', says: 'sighting', latencyMs: 1, sighting: foreign }])
    expect(lock.waiters).toEqual({ known: false })
    expect(merged(voters('.', 10), lock).waiters).toEqual({ known: false })
    expect(merged(voters('?'), merged(voters('A'))).waiters).toEqual({ known: false })
  })

  it('has the same `seen` as long as no token changes', () => {
    const first = merged(voters('AAA..'))
    const renewed = merged(
      voters('AAA..', 3_000, () => ({ remainingMs: 9_990 })),
      first,
    )
    expect(renewed.seen).toBe(first.seen)
    for (const word of ['AAAA.', 'AAB..', 'AAA.?', 'BBB..'])
      expect(merged(voters(word, 10), first).seen, word).not.toBe(first.seen)
  })

  it('tells why it can not be released', () => {
    expect(merged(voters('AAA..')).releaseBlocked).toBeNull()
    expect(merged(voters('AA...')).releaseBlocked).toBeNull()
    expect(merged(voters('A.???')).releaseBlocked).toMatch(/3 of 5 nodes give no answer/)
    expect(merged(voters('AABB.')).releaseBlocked).toMatch(/none has a majority/)
    expect(merged(voters('A'), null, { refuses: (dialect) => `not ${dialect}` }).releaseBlocked).toBe(
      'not lockkeeper',
    )
    const likely = sighting(seenHolder('A'), 0, { confidence: 'likely' })
    expect(merged([{ node: 'n1', says: 'sighting', latencyMs: 1, sighting: likely }]).releaseBlocked).toMatch(
      /pin/,
    )
  })

  it('never calls free or partial what nodes that lost their memory may have voted for', () => {
    const lost = (node: string): VoterSays => ({
      ...{ node, says: 'quarantined', readAt: T0, remainingMs: 9_000, latencyMs: 1 },
    })
    const empty = (node: string): VoterSays => ({ node, says: 'empty', readAt: T0, latencyMs: 1 })
    const before = merged(voters('AAA'))
    expect(merged([lost('n0'), lost('n1'), empty('n2')], before).state).toBe('unknown')
    expect(merged([lost('n0'), empty('n1'), empty('n2')], before).state).toBe('free')
  })

  it('shows an empty vote of a node in quarantine as such', () => {
    const says: VoterSays[] = [
      { node: 'n0', says: 'quarantined', readAt: T0, remainingMs: 9_000, latencyMs: 1 },
      ...voters('AA', 400),
    ]
    expect(merged(says)).toMatchObject({
      state: 'held',
      votes: [{ vote: 'quarantined', remainingMs: 8_600, ageMs: 400 }, {}, {}],
    })
  })

  it('remembers the highest fence while a holder has a lower one', () => {
    const fenced = (fence: string | null) => () => ({ fence })
    const before = merged(voters('AAA', 0, fenced('10')))
    expect(before.fenceBefore).toBeUndefined()
    const lower = merged(voters('BBB', 1_000, fenced('9')), before)
    expect(lower).toMatchObject({ fenceBefore: '10', holders: [{ fence: '9' }] })
    expect(merged(voters('BBB', 2_000, fenced('9')), lower).fenceBefore).toBe('10')
    expect(merged(voters('CCC', 3_000, fenced('11')), lower).fenceBefore).toBeUndefined()
    expect(merged(voters('BBB', 1_000, fenced('9')), null, { highestFence: '10' }).fenceBefore).toBe('10')
    expect(merged(voters('BBB', 1_000, fenced(null)), before).fenceBefore).toBeUndefined()
  })

  it('takes what only looks like a lock for none while it would last for days and nobody renews it', () => {
    const days = (readMs: number, remainingMs: number): VoterSays[] => [
      {
        ...{ node: 'n1', says: 'sighting', latencyMs: 1 },
        sighting: sighting(seenHolder('A', { remainingMs, ttlMs: null }), readMs, { confidence: 'likely' }),
      },
    ]
    const session = merged(days(0, 30 * 86_400_000))
    expect(session.confidence).toBe('candidate')
    expect(merged(days(60_000, 30 * 86_400_000 - 60_000), session).confidence).toBe('candidate')
    expect(merged(days(60_000, 30 * 86_400_000), session).confidence).toBe('likely')
    expect(merged(days(0, 60_000)).confidence).toBe('likely')
  })
})
