import type { Line } from '../fleet/lock.ts'

/** More than a row has pixels for it. */
const STEPS = 300

/** A lock that changes hands all the time has more in its line than anybody can see, and all of it would travel. */
export function thinLine(line: Line): Line {
  const step = line.spanMs / STEPS
  return {
    ...line,
    holds: thinHolds(line.holds, step),
    waiting: thinWaiting(line.waiting, step, line.spanMs),
  }
}

/** Those that begin and end within one step are drawn as one. */
function thinHolds(holds: Line['holds'], step: number): Line['holds'] {
  const kept: Line['holds'] = []
  for (const hold of holds) {
    const last = kept.at(-1)
    if (last && Math.max(hold.to, last.to) - last.from < step) {
      last.to = Math.max(last.to, hold.to)
      last.risk ||= hold.risk
    } else kept.push({ ...hold })
  }
  return kept
}

/** Of each step the longest queue, and what was left of it at its end. */
function thinWaiting(waiting: Line['waiting'], step: number, end: number): Line['waiting'] {
  const kept: Line['waiting'] = []
  let [began, left] = [Number.NEGATIVE_INFINITY, 0 as number | null]
  const tell = (at: number, count: number | null) => {
    if (kept.at(-1)?.count !== count || kept.length === 0) kept.push({ at, count })
  }
  for (const { at, count } of waiting) {
    const last = kept.at(-1)
    if (last && at - began < step && at > began) {
      if (last.count !== null && count !== null) last.count = Math.max(last.count, count)
    } else {
      if (last) tell(Math.min(at, began + step), left)
      tell(at, count)
      began = at
    }
    left = count
  }
  if (kept.length > 0) tell(Math.min(end, began + step), left)
  return kept
}
