import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Lock } from './lock.ts'
import { reduce } from './reduce.ts'
import { at, merged, seenHolder, seenWaiter, sighting, voters } from './test-locks.ts'

/** What is told of holds and waits. */
const told = (before: Lock | null, next: Lock) =>
  reduce(before, next).flatMap(({ kind }) => (kind === 'state' ? [] : [kind]))
const left = (remainingMs: number) => () => ({ remainingMs })

describe('what happened between two readings', () => {
  const held = merged(voters('AAA', 0))

  it('is a grant when somebody is seen with a majority for the first time, at the time the store tells', () => {
    const lock = merged(voters('A', 500))
    expect(reduce(null, lock)).toMatchObject([
      { kind: 'granted', at: at(0), tokenDigest: 'A', label: 'A@host', lock: 'id', lockName: 'orders/42' },
    ])
    expect(told(null, merged(voters('AA...')))).toEqual([])
  })

  it('is nothing when only time went by', () => {
    expect(told(held, merged(voters('AAA', 2_000), held))).toEqual([])
  })

  it('is a renewal when what is left rose', () => {
    const next = merged(voters('AAA', 3_000, left(10_000)), held)
    expect(reduce(held, next)).toMatchObject([{ kind: 'renewed', at: at(3_000), tokenDigest: 'A' }])
  })

  it('is a release while something was left, and an expiry when nothing was', () => {
    expect(told(held, merged(voters('...', 4_000), held))).toEqual(['released'])
    expect(reduce(held, merged(voters('...', 10_030), held))).toMatchObject([
      { kind: 'expired', at: at(10_000) },
    ])
    expect(told(held, merged(voters('...', 60_000), held))).toEqual(['expired'])
  })

  it('is an end that nobody saw, where nobody was told of changes in between; what ran out ran out all the same', () => {
    const kinds = (next: Lock) =>
      reduce(held, next, true).flatMap(({ kind }) => (kind === 'state' ? [] : [kind]))
    expect(kinds(merged(voters('...', 4_000), held))).toEqual(['ended'])
    expect(kinds(merged(voters('BBB', 4_000), held))).toEqual(['ended', 'granted'])
    expect(kinds(merged(voters('...', 60_000), held))).toEqual(['expired'])
  })

  it('is a release when there was no TTL', () => {
    const none = () => ({ remainingMs: null, remainingIs: 'none' as const })
    const lock = merged(voters('A', 0, none))
    expect(told(lock, merged(voters('.', 99_000), lock))).toEqual(['released'])
  })

  it('does not guess how it ended when only a lower bound was known, or nothing', () => {
    const bound = merged(voters('A', 0, () => ({ remainingMs: 5_000, remainingIs: 'at-least' as const })))
    expect(told(bound, merged(voters('.', 2_000), bound))).toEqual(['released'])
    expect(told(bound, merged(voters('.', 8_000), bound))).toEqual(['ended'])
    const dark = merged(voters('A', 0, () => ({ remainingMs: null, remainingIs: 'unknown' as const })))
    expect(told(dark, merged(voters('.', 2_000), dark))).toEqual(['ended'])
  })

  it('is an end and a grant when another has it now', () => {
    const next = merged(
      voters('BBB', 3_000, () => ({ since: null, sinceIs: 'unknown' })),
      held,
    )
    expect(told(held, next)).toEqual(['released', 'granted'])
  })

  it('is nothing while nobody can say, and the truth afterwards', () => {
    const unknown = merged(voters('A??', 1_000), held)
    expect(told(held, unknown)).toEqual([])
    expect(told(unknown, merged(voters('AAA', 2_000), unknown))).toEqual([])
    expect(told(unknown, merged(voters('...', 2_000), unknown))).toEqual(['ended'])
    expect(told(unknown, merged(voters('BBB', 2_000), unknown))).toEqual(['ended', 'granted'])
  })

  it('is nothing while a holder loses votes, and its end when they are gone', () => {
    const partial = merged(voters('A..', 1_000), held)
    expect(partial.state).toBe('partial')
    expect(told(held, partial)).toEqual([])
    expect(told(partial, merged(voters('...', 2_000), partial))).toEqual(['released'])
  })

  describe('in the queue', () => {
    const queue = (tokens: string[], holder: string | null, readMs: number, before: Lock | null = null) => {
      const list = tokens.map((token) => seenWaiter(token, 5))
      const waiters = { known: true as const, count: list.length, list }
      const seen = holder ? seenHolder(holder, { remainingMs: 10_000 - readMs }) : null
      return merged(
        [{ node: 'n1', says: 'sighting', latencyMs: 1, sighting: sighting(seen, readMs, { waiters }) }],
        before,
      )
    }

    it('tells who came and who left without getting it', () => {
      const one = queue(['v'], 'A', 0)
      const two = queue(['v', 'w'], 'A', 1_000, one)
      expect(reduce(one, two)).toMatchObject([{ kind: 'waiting', tokenDigest: 'w', at: at(5), waiters: 2 }])
      expect(reduce(two, queue(['w'], 'A', 2_000, two))).toMatchObject([
        { kind: 'gave-up', tokenDigest: 'v', waiters: 1 },
      ])
    })

    it('does not say that somebody gave up who got it', () => {
      const before = queue(['v'], 'A', 0)
      expect(told(before, queue([], 'v', 1_000, before))).toEqual(['released', 'granted'])
    })

    it('says nothing about waiters when nothing is known of them', () => {
      const before = queue(['v'], 'A', 0)
      expect(told(before, merged(voters('?'), before))).toEqual([])
    })
  })

  it('is another state, told with whatever happened, or alone', () => {
    const states = (before: Lock | null, next: Lock) =>
      reduce(before, next).map(({ kind, state }) => [kind, state])
    expect(states(null, held)).toEqual([['granted', 'held']])
    const unknown = merged(voters('A??', 1_000), held)
    expect(states(held, unknown)).toEqual([['state', 'unknown']])
    const back = merged(voters('AAA', 2_000), unknown)
    expect(states(unknown, back)).toEqual([['state', 'held']])
    expect(states(back, merged(voters('AAA', 3_000), back))).toEqual([])
    expect(states(back, merged(voters('...', 3_000), back))).toEqual([['released', 'free']])
    expect(states(null, merged(voters('A..')))).toEqual([['state', 'partial']])
  })

  it('tells how long a hold and a wait lasted', () => {
    expect(reduce(held, merged(voters('...', 4_000), held))).toMatchObject([{ lastedMs: 4_000 }])
    const queued = merged([
      {
        ...{ node: 'n1', says: 'sighting', latencyMs: 1 },
        sighting: sighting(seenHolder('A'), 0, {
          waiters: { known: true, count: 2, list: [seenWaiter('B', 0), seenWaiter('C', 500)] },
        }),
      },
    ])
    const next = merged(
      voters('B', 3_000, () => ({ since: null, sinceIs: 'unknown' })),
      queued,
    )
    expect(reduce(queued, next).map(({ kind, lastedMs }) => [kind, lastedMs])).toEqual([
      ['released', 3_000],
      ['granted', 3_000],
      ['gave-up', 2_500],
    ])
  })

  it('pairs every grant with at most one end, whatever is read', () => {
    const word = fc.array(fc.constantFrom('A', 'B', '.', '?'), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        let before: Lock | null = null
        let open: string | null = null
        for (const [index, letters] of words.entries()) {
          const says = voters(letters.join(''), index * 1_000)
          if (!before && !letters.some((letter) => letter === 'A' || letter === 'B')) continue
          const next: Lock = merged(says, before)
          for (const { kind, tokenDigest } of reduce(before, next)) {
            if (kind === 'granted') {
              expect(open).toBeNull()
              open = tokenDigest
            } else if (kind !== 'renewed' && kind !== 'state') {
              expect(open).toBe(tokenDigest)
              open = null
            }
          }
          before = next
        }
      }),
    )
  })
})
