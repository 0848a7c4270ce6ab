import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addToSketch, emptySketch, percentilesOf } from './usual-sketch.ts'

const sketchOf = (durations: readonly number[]) => {
  const sketch = emptySketch()
  for (const ms of durations) addToSketch(sketch, ms)
  return sketch
}

it('says nothing of nothing', () => {
  expect(percentilesOf(emptySketch())).toBeNull()
})

it('is right to within a tenth of any percentile', () => {
  const durations = fc.array(fc.integer({ min: 0, max: 40 * 24 * 3_600_000 }), {
    minLength: 1,
    maxLength: 300,
  })
  fc.assert(
    fc.property(durations, (all) => {
      const sorted = [...all].sort((a, b) => a - b)
      const says = percentilesOf(sketchOf(all))
      expect(says?.count).toBe(all.length)
      for (const [share, ms] of [
        [0.5, says?.p50Ms],
        [0.9, says?.p90Ms],
        [0.99, says?.p99Ms],
      ] as const) {
        const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
        expect(Math.abs((ms ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 0.1 + 1)
      }
    }),
  )
})

it('forgets by and by how it was, and stays small', () => {
  const sketch = sketchOf(Array.from({ length: 10_000 }, () => 10))
  for (let n = 0; n < 30_000; n++) addToSketch(sketch, 1_000)
  expect(percentilesOf(sketch)?.p50Ms).toBeGreaterThan(900)
  expect(JSON.stringify(sketch).length).toBeLessThan(400)
})
