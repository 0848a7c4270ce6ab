import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { briefOf } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'
import { merge } from '../fleet/merge.ts'
import type { SeenHolder, Sighting } from '../fleet/sighting.ts'
import { seenHolder, seenWaiter, sighting, T0 } from '../fleet/test-locks.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { keyIdOf, LockIds } from './lock-ids.ts'
import { Rows } from './rows.ts'

const silence: Extract<VoterSays, { says: 'no-answer' }> = {
  ...{ node: 'n1', says: 'no-answer', since: T0 - 5, readAt: T0 - 9 },
}

const rowsOf = (voters: number) =>
  new Rows(
    {
      ...{ backend: 'pay', database: 3, voters, lookAt: () => null, look() {} },
      ...{ silence: () => silence, latencyMs: () => 1, refuses: () => 'no' },
    },
    () => {},
  )

const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))
const text = fc.string({ unit: 'binary', maxLength: 20 })
const holder: fc.Arbitrary<SeenHolder> = fc
  .record({
    tokenDigest: fc.constantFrom('A', 'abcdefgh', 'abcxyz-h'),
    label: fc.oneof(text, fc.constantFrom('client abcdef', 'client abcxyz')),
    identity: fc.option(
      fc.record({
        ...{ service: text, host: fc.option(text), pid: fc.option(fc.nat(9)), version: fc.constant(null) },
        ...{ link: fc.constant(null), labels: fc.constant({}), process: fc.option(text) },
      }),
    ),
    since: fc.option(fc.constantFrom(T0, T0 - 1_000, 0)),
    fence: fc.option(fc.constantFrom('1', '20', 'x')),
    remainingMs: mostly(5_000, 0, 2 ** 40),
    ttlMs: mostly(10_000, null, 2 ** 33),
    slot: mostly(null, 0, 2),
    sharedLease: mostly(0, 2),
  })
  .map((over) => seenHolder('A', { ...over, sinceIs: over.since === null ? 'unknown' : 'exact' }))

const seen: fc.Arbitrary<Sighting> = fc
  .record({
    holders: fc.array(holder, { maxLength: 2 }),
    waiters: fc.constantFrom<Sighting['waiters']>(
      { known: false },
      { known: true, count: 0, list: [] },
      { known: true, count: 1, list: [seenWaiter('w')] },
    ),
    confidence: fc.constantFrom('certain', 'likely', 'candidate'),
    kind: fc.constantFrom('mutex', 'semaphore', 'job'),
    permits: mostly(null, 3),
    nameBytes: fc
      .oneof(fc.constant(Buffer.from('orders/42')), fc.uint8Array({ maxLength: 12 }))
      .map((bytes) => Buffer.from(bytes).toString('base64')),
  })
  .map((over) => sighting(null, 0, over))

const words = (voters: number) =>
  fc.tuple(
    ...Array.from({ length: voters }, (_, index) => {
      const node = `n${index + 1}`
      return fc.oneof(
        seen.map((sighting): VoterSays => ({ node, says: 'sighting', sighting, latencyMs: 1 })),
        fc.constant<VoterSays>({ node, says: 'empty', readAt: T0, latencyMs: 1 }),
        fc.constant<VoterSays>({ ...silence, node }),
      )
    }),
  )

describe('rows', () => {
  it.each([1, 3])(
    'give back every lock of %i voters as it was put in, and tell the same in brief',
    (voters) => {
      fc.assert(
        fc.property(
          fc.array(words(voters), { maxLength: 5 }),
          fc.string({ maxLength: 9 }),
          (readings, key) => {
            const rows = rowsOf(voters)
            const raw = Buffer.from(key).toString('latin1')
            const id = new LockIds('pay', 3).idOf(raw)
            let before: Lock | null = null
            for (const says of readings) {
              const known = rows.at(keyIdOf(raw))
              const lock: Lock | null = merge({
                ...{ id, backend: 'pay', database: 3, voters: says, before, refuses: () => 'no' },
                highestFence: known?.highestFence ?? null,
              })
              if (!lock) continue
              const row = rows.keep(keyIdOf(raw), known, lock, [])
              expect(rows.lockOf(row)).toEqual(lock)
              const brief = briefOf(lock)
              for (const field of Object.keys(brief))
                expect(row, field).toHaveProperty(field, Reflect.get(brief, field))
              expect(rows.byId(id)).toBe(row)
              before = lock
            }
          },
        ),
      )
    },
  )

  it.each(['now', 'months later'])('of a healthy lock keep no whole lock beside them, %s', (when) => {
    const readMs = when === 'now' ? 0 : 90 * 86_400_000
    const rows = rowsOf(1)
    const lock = merge({
      ...{ id: new LockIds('pay', 3).idOf('orders/42'), backend: 'pay', database: 3, before: null },
      voters: [{ node: 'n1', says: 'sighting', sighting: sighting(seenHolder('A'), readMs), latencyMs: 1 }],
      refuses: () => null,
    })
    const row = lock && rows.keep(keyIdOf('orders/42'), undefined, lock, [])
    expect(row?.more).toBeNull()
  })
})
