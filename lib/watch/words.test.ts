import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sighting } from '../fleet/sighting.ts'
import { seenHolder, seenWaiter, sighting, T0 } from '../fleet/test-locks.ts'
import { SharedWords } from './words.ts'

const owner = () => ({
  ...{ service: 'billing', host: null, pid: 7, version: null, link: null, labels: {}, process: 'p1' },
})

const any: fc.Arbitrary<Sighting> = fc
  .record({
    tokens: fc.oneof(
      { weight: 8, arbitrary: fc.constant<string[]>(['A']) },
      fc.subarray<string>(['A', 'B', 'C']),
    ),
    label: fc.constantFrom('A@host', 'A@host', 'A@host', 'A@other'),
    slot: fc.constantFrom(null, null, null, 1),
    fence: fc.constantFrom('10', '10', '10', '11', null),
    since: fc.constantFrom(T0, T0 + 4, null),
    known: fc.boolean(),
    remainingMs: fc.constantFrom(9_000, 8_990, 10_000, null),
    waits: fc.constantFrom(false, false, false, true),
    gate: fc.constantFrom(false, false, false, true),
    readMs: fc.nat(30),
  })
  .map(({ tokens, label, slot, fence, since, known, remainingMs, waits, gate, readMs }) =>
    sighting(null, readMs, {
      ...{ permits: null, gate: null },
      holders: tokens.map((token) =>
        seenHolder(token, { label, slot, fence, since, remainingMs, identity: known ? owner() : null }),
      ),
      ...(waits && { waiters: { known: true, count: 1, list: [seenWaiter('W')] } }),
      ...(gate && { gate: { freeze: null, holdBack: { until: T0 + 9_000 } } }),
    }),
  )

describe('the words of several voters', () => {
  it('are each what that voter said last, whatever the others say', () => {
    const said = fc.record({ voter: fc.nat(4), sighting: fc.option(any, { freq: 5 }) })
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), (all) => {
        const shared = new SharedWords(5)
        const words = [0, 1, 2, 3, 4].map((voter) => shared.of(voter))
        const last = new Map<number, unknown>()
        all.forEach(({ voter, sighting }, question) => {
          const word = { sighting, readAt: sighting?.readAt ?? T0 + question, question }
          words[voter]?.note('k', word)
          last.set(voter, word)
        })
        words.forEach((each, voter) => {
          expect(each.get('k')).toEqual(last.get(voter))
        })
      }),
    )
  })

  it('keep what they say alike once', () => {
    const shared = new SharedWords(3)
    const hold = () => sighting(seenHolder('A'), 0)
    const words = [0, 1, 2].map((voter) => shared.of(voter))
    for (const each of words) each.note('k', { sighting: hold(), readAt: T0, question: 1 })
    const [first, ...others] = words.map((each) => each.get('k')?.sighting)
    for (const other of others) expect(other).toBe(first)
  })

  it('are of no use when they answer an older question', () => {
    const words = new SharedWords(2).of(1)
    words.note('k', { sighting: sighting(seenHolder('B')), readAt: T0, question: 5 })
    expect(words.note('k', { sighting: sighting(seenHolder('A')), readAt: T0 + 1, question: 4 })).toBe(false)
    expect(words.get('k')?.sighting?.holders).toMatchObject([{ tokenDigest: 'B' }])
  })

  it('say nothing new when only the time went by, and something when it did not', () => {
    const again: string[] = []
    const words = new SharedWords(2, (key) => again.push(key)).of(0)
    const note = (ms: number, remainingMs: number, question: number) => {
      const read = sighting(seenHolder('A', { remainingMs }), ms)
      return words.note('k', { sighting: read, readAt: read.readAt, question })
    }
    expect(note(0, 10_000, 1)).toBe(true)
    expect(note(4_000, 6_020, 2)).toBe(false)
    expect(note(5_000, 10_000, 3)).toBe(true)
    expect(again).toEqual(['k'])
  })

  it('are forgotten by each voter for itself, and altogether when none of them has one', () => {
    const shared = new SharedWords(2)
    const [one, other] = [shared.of(0), shared.of(1)]
    one.note('k', { sighting: null, readAt: T0, question: 1 })
    other.note('k', { sighting: null, readAt: T0, question: 2 })
    one.dropEmpty(2)
    other.dropEmpty(2)
    expect([one.get('k'), other.get('k')?.question]).toEqual([undefined, 2])
    other.forget('k')
    expect([...shared.keys()]).toEqual([])
    one.note('k', { sighting: sighting(seenHolder('A')), readAt: T0, question: 3 })
    one.forget('k')
    expect(one.heldBefore(4)).toEqual(['k'])
    expect(one.heldBefore(3)).toEqual([])
  })
})
