import type { Line } from './lock.ts'
import type { Timeline } from './timeline.ts'

interface Now {
  /** Does the lock have a verdict that makes its present hold a risk? */
  risk: boolean
  /** Can its waiters be seen at all? */
  waitersKnown: boolean
}

/** A timeline as the thin band of a row: offsets from its beginning, cut to its window. */
export function lineOf(timeline: Timeline, { risk, waitersKnown }: Now): Line {
  const start = Date.parse(timeline.from)
  const spanMs = Math.max(0, Date.parse(timeline.to) - start)
  const end = Math.min(spanMs, Math.max(0, Date.parse(timeline.now) - start))
  const offset = (iso: string) => Math.min(end, Math.max(0, Date.parse(iso) - start))
  return {
    from: timeline.from,
    spanMs,
    holds: timeline.holds.map((hold) => ({
      from: offset(hold.from),
      to: hold.to === null ? end : offset(hold.to),
      tint: hold.tint,
      risk: risk && hold.to === null,
    })),
    waiting: waitersKnown ? waiting(timeline, offset) : [{ at: 0, count: null }],
    gaps: timeline.gaps.map((gap) => ({ from: offset(gap.from), to: offset(gap.to) })),
  }
}

/** How many wait from each offset on, wherever that changes. */
function waiting(timeline: Timeline, offset: (iso: string) => number): Line['waiting'] {
  const steps = new Map<number, number>([[0, 0]])
  const step = (at: number, by: number) => steps.set(at, (steps.get(at) ?? 0) + by)
  for (const wait of timeline.waits) {
    step(offset(wait.from), 1)
    if (wait.to !== null) step(offset(wait.to), -1)
  }
  let count = 0
  const line: Line['waiting'] = []
  for (const [at, by] of [...steps].sort(([a], [b]) => a - b)) {
    count += by
    if (line.at(-1)?.count !== count) line.push({ at, count })
  }
  return line
}
