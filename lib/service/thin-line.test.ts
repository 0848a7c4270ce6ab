import { describe, expect, it } from 'vitest'
import type { Line } from '../fleet/lock.ts'
import { thinLine } from './thin-line.ts'

const SPAN_MS = 300_000
const line = (more: Partial<Line>): Line => ({
  ...{
    from: '2026-01-01T00:00:00.000Z',
    spanMs: SPAN_MS,
    holds: [],
    waiting: [{ at: 0, count: 0 }],
    gaps: [],
  },
  ...more,
})
const hold = (from: number, to: number, tint: 0 | 1 = 0, risk = false) => ({ from, to, tint, risk })

describe('a thinned line', () => {
  it('leaves what can be seen as it is', () => {
    const seen = line({
      holds: [hold(0, 60_000), hold(60_000, 90_000, 1), hold(95_000, 95_100), hold(100_000, 100_050, 1)],
      waiting: [
        { at: 0, count: 0 },
        { at: 20_000, count: 3 },
        { at: 50_000, count: 0 },
      ],
    })
    expect(thinLine(seen)).toEqual(seen)
    const unknown = line({ waiting: [{ at: 0, count: null }] })
    expect(thinLine(unknown)).toEqual(unknown)
  })

  it('draws holds as one that nobody could tell apart', () => {
    const many = Array.from({ length: 6_000 }, (_, n) => hold(n * 50, n * 50 + 40, n % 2 === 0 ? 0 : 1))
    const { holds } = thinLine(line({ holds: many }))
    expect(holds.length).toBeLessThanOrEqual(600)
    expect(holds[0]?.from).toBe(0)
    expect(holds.at(-1)?.to).toBe(299_990)
  })

  it('does not lose a risk', () => {
    const { holds } = thinLine(line({ holds: [hold(0, 10), hold(20, 30, 1, true)] }))
    expect(holds).toEqual([hold(0, 30, 0, true)])
  })

  it('shows the longest queue of each moment, and that it went away', () => {
    const waiting = [0, 1, 5, 2, 0].map((count, n) => ({ at: n * 100, count }))
    expect(thinLine(line({ waiting })).waiting).toEqual([
      { at: 0, count: 5 },
      { at: 1_000, count: 0 },
    ])
  })
})
