import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cut, placeLabels, stack, ticks, timeOf, xOf } from './scale.ts'

const span = { from: 1_000, to: 2_000 }
const rect = { x: 10, y: 0, width: 100, height: 20 }

describe('time on a line', () => {
  test('to px and back is the same time', () => {
    expect(xOf(span, rect, 1_500)).toBe(60)
    expect(timeOf(span, rect, 60)).toBe(1_500)
  })

  test('parts are cut at the edges, and those outside are not drawn', () => {
    expect(cut(span, rect, { from: 0, to: 1_500 })).toEqual({ x: 10, width: 50 })
    expect(cut(span, rect, { from: 2_500, to: 3_000 })).toBeNull()
  })

  test('ticks are round times with room between them', () => {
    const minute = 60_000
    const found = ticks({ from: 90_000, to: 90_000 + 10 * minute }, 800, 72)
    expect(found[0]).toBe(2 * minute)
    expect(found.every((at) => at % minute === 0)).toBe(true)
    expect(found.length).toBe(10)
  })
})

test('spans in one row never overlap, whatever they are', () => {
  const spans = fc
    .array(fc.tuple(fc.nat(1_000), fc.nat(200)), { maxLength: 40 })
    .map((pairs) =>
      pairs.map(([from, length]) => ({ from, to: from + length })).sort((a, b) => a.from - b.from),
    )
  fc.assert(
    fc.property(spans, (given) => {
      const rows = stack(given)
      for (const [i, a] of given.entries()) {
        for (const [j, b] of given.entries()) {
          if (i < j && rows[i] === rows[j]) expect(b.from).toBeGreaterThanOrEqual(a.to)
        }
      }
    }),
  )
})

describe('labels of events', () => {
  const wide = { x: 0, y: 0, width: 300, height: 20 }

  test('stand right of their line, or left of it at the right edge', () => {
    expect(placeLabels([{ x: 50, width: 60 }], wide)).toEqual([55])
    expect(placeLabels([{ x: 280, width: 60 }], wide)).toEqual([215])
  })

  test('that do not fit beside a later one are left out, not clipped', () => {
    const places = placeLabels(
      [
        { x: 60, width: 80 },
        { x: 65, width: 80 },
        { x: 70, width: 80 },
      ],
      wide,
    )
    expect(places).toEqual([null, null, 75])
  })
})
