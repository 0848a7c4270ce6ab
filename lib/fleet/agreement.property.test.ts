import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agreedOn } from './agreement.ts'
import type { Lock } from './lock.ts'
import { type MergeInput, merge, mergeWith } from './merge.ts'
import type { SeenGate, SeenHolder, Sighting } from './sighting.ts'
import { seenHolder, seenWaiter, sighting, T0 } from './test-locks.ts'
import type { VoterSays } from './voter.ts'

const remaining = fc.oneof(
  fc.record({ remainingMs: fc.integer({ min: 0, max: 20_000 }), remainingIs: fc.constant('exact' as const) }),
  fc.record({
    remainingMs: fc.integer({ min: 0, max: 9_000 }),
    remainingIs: fc.constant('at-least' as const),
  }),
  fc.constantFrom(
    { remainingMs: null, remainingIs: 'none' as const },
    { remainingMs: null, remainingIs: 'unknown' as const },
  ),
)

const holder: fc.Arbitrary<SeenHolder> = fc
  .record({
    token: fc.constantFrom('A', 'A', 'A', 'A', 'B'),
    label: fc.constantFrom('billing', 'billing@web-3'),
    fence: fc.constantFrom(null, '9', '10', '11'),
    since: fc.constantFrom(null, T0, T0 + 3),
    ttlMs: fc.constantFrom(null, 10_000),
    sharedLease: fc.constantFrom(0, 0, 2),
    left: remaining,
  })
  .map(({ token, since, sharedLease, left, ...told }) => ({
    ...seenHolder(token, { ...told, ...left, since, sinceIs: since === null ? 'unknown' : 'exact' }),
    ...(sharedLease > 0 && { sharedLease }),
  }))

const seldom = <T>(usual: T, ...others: T[]) =>
  fc.constantFrom(...Array.from({ length: 12 }, () => usual), ...others)

const seen: fc.Arbitrary<Sighting> = fc
  .record({
    holder,
    readMs: fc.integer({ min: 0, max: 500 }),
    confidence: seldom<Sighting['confidence']>('likely', 'candidate', 'certain'),
    kind: seldom<Sighting['kind']>('mutex', 'semaphore', 'job'),
    permits: seldom<number | null>(null, 3),
    dialect: seldom('redlock', 'lockkeeper'),
    waiters: seldom<Sighting['waiters']>(
      { known: false },
      { known: true, count: 0, list: [] },
      { known: true, count: 0, list: [], dead: 1 },
      { known: true, count: 1, list: [seenWaiter('W')] },
    ),
    gate: seldom<SeenGate | null>(null, { freeze: null, holdBack: { until: T0 + 9_000 } }),
    extra: seldom<SeenHolder[]>([], [seenHolder('C')]),
  })
  .map(({ holder, readMs, extra, ...told }) =>
    sighting(null, readMs, { ...told, holders: [holder, ...extra] }),
  )

const says: fc.Arbitrary<VoterSays> = fc.oneof(
  {
    weight: 20,
    arbitrary: seen.map((sighting) => ({ node: 'n', says: 'sighting' as const, sighting, latencyMs: 1 })),
  },
  { weight: 1, arbitrary: fc.constant({ node: 'n', says: 'empty' as const, readAt: T0, latencyMs: 1 }) },
  { weight: 1, arbitrary: fc.constant({ node: 'n', says: 'no-answer' as const, since: T0, readAt: T0 }) },
)

/** Mostly all voters tell of what one of them tells, each at its own time. */
const round: fc.Arbitrary<VoterSays[]> = fc.oneof(
  fc.array(says, { minLength: 1, maxLength: 5 }),
  fc
    .tuple(seen, fc.array(fc.record({ ms: fc.nat(500), left: remaining }), { minLength: 1, maxLength: 5 }))
    .map(([told, voters]) =>
      voters.map(({ ms, left }, at): VoterSays => {
        const holders = told.holders.map((one) => ({ ...one, ...left }))
        return {
          ...{ node: `n${at}`, says: 'sighting', latencyMs: at },
          sighting: { ...told, holders, readAt: T0 + ms },
        }
      }),
    ),
)

const later = (voters: readonly VoterSays[], ms: number): VoterSays[] =>
  voters.map((voter) =>
    voter.says === 'sighting'
      ? { ...voter, sighting: { ...voter.sighting, readAt: voter.sighting.readAt + ms } }
      : voter,
  )

test('what all say alike comes to the same whether it is weighed or not', () => {
  let unweighed = 0
  fc.assert(
    fc.property(fc.array(round, { minLength: 1, maxLength: 3 }), (rounds) => {
      let before: Lock | null = null
      rounds.forEach((voters, step) => {
        const input: MergeInput = {
          ...{ id: 'id', backend: 'pay', database: 0, before, refuses: () => null },
          voters: later(voters, step * 4_000),
        }
        const weighed: Lock | null = mergeWith(input, null)
        expect(merge(input)).toEqual(weighed)
        if (voters.length > 1 && agreedOn(input.voters)) unweighed += 1
        before = weighed
      })
    }),
  )
  expect(unweighed).toBeGreaterThan(20)
})
