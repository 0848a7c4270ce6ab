import { describe, expect, it } from 'vitest'
import { reduce } from './reduce.ts'
import type { SeenHolder } from './sighting.ts'
import { at, merged, seenHolder, sighting, T0 } from './test-locks.ts'
import type { VoterSays } from './voter.ts'

const shared = (index: number, holders: SeenHolder[], readMs = 0): VoterSays => ({
  node: `n${index + 1}`,
  says: 'sighting',
  latencyMs: 1,
  sighting: sighting(null, readMs, { kind: 'semaphore', permits: 3, holders }),
})
const silent = (index: number): VoterSays => ({
  ...{ node: `n${index + 1}`, says: 'no-answer', since: T0, readAt: T0 },
})
const tokens = (lock: ReturnType<typeof merged>) => lock.holders.map(({ tokenDigest }) => tokenDigest)

describe('a semaphore of a lone node', () => {
  const two = merged([shared(0, [seenHolder('A'), seenHolder('B')])])

  it('is held by everybody who has a permit', () => {
    expect(two).toMatchObject({ state: 'held', kind: 'semaphore', permits: 3 })
    expect(tokens(two)).toEqual(['A', 'B'])
    expect(two.votes).toMatchObject([{ vote: 'holder', same: true, label: 'A@host and 1 more' }])
  })

  it('is granted and given back permit by permit', () => {
    const next = merged([shared(0, [seenHolder('B'), seenHolder('C', { since: T0 + 500 })], 500)], two)
    expect(reduce(two, next)).toMatchObject([
      { kind: 'released', tokenDigest: 'A' },
      { kind: 'granted', tokenDigest: 'C', at: at(500) },
    ])
  })

  it('keeps those who were seen while its node gives no answer', () => {
    const unknown = merged([silent(0)], two)
    expect(unknown).toMatchObject({ state: 'unknown', kind: 'semaphore', permits: 3 })
    expect(unknown.holders).toMatchObject([
      { tokenDigest: 'A', remainingIs: 'unknown' },
      { tokenDigest: 'B', remainingIs: 'unknown' },
    ])
  })

  it('says of none of several that the console could take it back', () => {
    expect(two.releaseBlocked).toMatch(/share/)
  })
})

/** A letter per slot and node: `AB.` has A on slot 0 and B on slot 1. */
const slots = (words: string[], readMs = 0): VoterSays[] =>
  words.map((word, index) => {
    if (word === '?') return silent(index)
    const holders = [...word].flatMap((letter, slot) =>
      letter === '.' ? [] : [seenHolder(letter, { slot })],
    )
    return shared(index, holders, readMs)
  })

describe('a lock for readers and writers', () => {
  const read = (holders: SeenHolder[]): VoterSays => ({
    ...{ node: 'n1', says: 'sighting', latencyMs: 1 },
    sighting: sighting(null, 0, { kind: 'read-write', holders }),
  })

  it('is held by every reader, and granted to each by itself', () => {
    const one = merged([read([seenHolder('A')])])
    const two = merged([read([seenHolder('A'), seenHolder('B')])], one)
    expect(two).toMatchObject({ state: 'held', kind: 'read-write', permits: null })
    expect(tokens(two)).toEqual(['A', 'B'])
    expect(reduce(one, two)).toMatchObject([{ kind: 'granted', tokenDigest: 'B' }])
  })
})

describe('a semaphore of a quorum', () => {
  it('is held on the slots that a majority agrees on, and on no other', () => {
    const lock = merged(slots(['AB.', 'AB.', 'A.C', '.BC', '...']))
    expect(lock.state).toBe('held')
    expect(lock.holders).toMatchObject([
      { tokenDigest: 'A', slot: 0 },
      { tokenDigest: 'B', slot: 1 },
    ])
  })

  it('has no holder too many when slots are voted on in another order on every node', () => {
    const lock = merged(slots(['ABC', 'BCA', 'CAB', 'ABC', '?']))
    expect(lock.state).toBe('unknown')
    const orderly = merged(slots(['ABC', 'ABC', 'ABC', '?', '?']))
    expect(tokens(orderly)).toEqual(['A', 'B', 'C'])
  })

  it('is partial or split only when no slot is held', () => {
    expect(merged(slots(['A..', 'A..', '...', '...', '...'])).state).toBe('partial')
    expect(merged(slots(['A..', 'B..', '...', '...', '...'])).state).toBe('split')
  })

  it('is still held on a slot by whom the silent can not take it from', () => {
    const before = merged(slots(['AB.', 'AB.', 'AB.', 'AB.', 'AB.']))
    const lock = merged(slots(['AB.', 'A..', 'A..', '?', '?'], 100), before)
    expect(lock.state).toBe('held')
    expect(lock.holders).toMatchObject([
      { tokenDigest: 'A', remainingIs: 'exact' },
      { tokenDigest: 'B', remainingIs: 'unknown' },
    ])
  })
})
