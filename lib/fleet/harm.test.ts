import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byHarm, harm } from './harm.ts'
import type { Lock, Waiters } from './lock.ts'
import { at, merged, T0, voters } from './test-locks.ts'
import type { Severity, Verdict } from './verdict.ts'

const now = T0 + 60_000
const verdict = (severity: Severity): Verdict => ({
  ...{ id: 'hot', says: '', evidence: [], suggests: 'look' },
  severity,
})
const waiting = (...sinces: (number | null)[]): Waiters => ({
  known: true,
  count: sinces.length,
  list: sinces.map((since, index) => ({
    ...{ label: '', identity: null, tokenDigest: String(index) },
    since: since === null ? null : at(since),
  })),
})
const lock = (id: string, waiters: Waiters, severity: Severity | null = null): Lock => ({
  ...merged(voters('A')),
  ...{ id, waiters, verdicts: severity ? [verdict(severity)] : [] },
})

describe('harm', () => {
  it('is who is blocked times how long', () => {
    expect(harm(lock('a', waiting(0, 30_000)), now).blockedMs).toBe(90_000)
    expect(harm(lock('a', waiting()), now).blockedMs).toBe(0)
    expect(harm(lock('a', { known: false }), now).blockedMs).toBeNull()
    expect(harm(lock('a', waiting(null)), now).blockedMs).toBeGreaterThan(0)
  })

  it('counts those that wait beyond the end of a list, and looks at whoever holds longest', () => {
    const cut = { ...waiting(59_000), count: 8 } as Waiters
    expect(harm(lock('a', cut), now).blockedMs).toBe(1_007)
    const shared = lock('a', waiting())
    const [holder] = shared.holders
    if (!holder) throw new Error('no holder')
    const holders = [{ ...holder, since: at(50_000) }, holder]
    expect(harm({ ...shared, holders }, now).overdueMs).toBe(60_000)
  })

  it('puts the most blocked first, then those that nobody can tell of by severity, then the rest', () => {
    const ordered = [
      lock('many', waiting(0, 0, 0), 'note'),
      lock('long', waiting(0), 'alarm'),
      lock('short', waiting(50_000), 'alarm'),
      lock('dark alarm', { known: false }, 'alarm'),
      lock('dark note', { known: false }, 'note'),
      lock('calm risk', waiting(), 'risk'),
      lock('calm', waiting()),
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(ordered, { minLength: ordered.length }), (shuffled) => {
        expect(shuffled.sort(byHarm(now)).map(({ id }) => id)).toEqual(ordered.map(({ id }) => id))
      }),
    )
  })
})
