import type { Percentiles } from './usual.ts'

/**
 * Durations in buckets that grow by 9 %, so that a percentile is right to about 4 % and a lock costs a few dozen bytes. Plain
 * data: it is kept as JSON.
 */
export interface Sketch {
  count: number
  /** The bucket that the first of `counts` is of. */
  first: number
  counts: number[]
}

const PER_OCTAVE = 8
/** Beyond so many, everything counts half: what was long ago fades. */
const MOST_COUNTED = 10_000

export const emptySketch = (): Sketch => ({ count: 0, first: 0, counts: [] })

const bucketOf = (ms: number): number => (ms < 1 ? 0 : 1 + Math.floor(Math.log2(ms) * PER_OCTAVE))

const middleOf = (bucket: number): number => (bucket === 0 ? 0 : 2 ** ((bucket - 0.5) / PER_OCTAVE))

export const addToSketch = (sketch: Sketch, ms: number): void => addTimes(sketch, bucketOf(ms), 1)

/** Adds everything that the other one counts. */
export function addSketch(sketch: Sketch, { first, counts }: Sketch): void {
  for (const [at, times] of counts.entries()) if (times > 0) addTimes(sketch, first + at, times)
}

function addTimes(sketch: Sketch, bucket: number, times: number): void {
  if (sketch.counts.length === 0) sketch.first = bucket
  while (bucket < sketch.first) {
    sketch.counts.unshift(0)
    sketch.first -= 1
  }
  const at = bucket - sketch.first
  while (sketch.counts.length <= at) sketch.counts.push(0)
  sketch.counts[at] = (sketch.counts[at] ?? 0) + times
  sketch.count += times
  if (sketch.count > MOST_COUNTED) fade(sketch)
}

function fade(sketch: Sketch): void {
  sketch.counts = sketch.counts.map((count) => Math.floor(count / 2))
  sketch.count = sketch.counts.reduce((sum, count) => sum + count, 0)
}

/** Null of nothing. */
export function percentilesOf(sketch: Sketch): Percentiles | null {
  if (sketch.count === 0) return null
  return {
    count: sketch.count,
    p50Ms: percentile(sketch, 0.5),
    p90Ms: percentile(sketch, 0.9),
    p99Ms: percentile(sketch, 0.99),
  }
}

function percentile({ counts, first, count }: Sketch, share: number): number {
  const rank = Math.ceil(count * share)
  let below = 0
  for (const [at, each] of counts.entries()) {
    below += each
    if (below >= rank) return Math.round(middleOf(first + at))
  }
  return Math.round(middleOf(first + counts.length - 1))
}
