import type { Line } from '@/lib/fleet/lock.ts'
import type { Timeline } from '@/lib/fleet/timeline.ts'

export interface Span {
  from: number
  to: number
}

/** A hold as it is drawn. */
export interface Band extends Span {
  tint: 0 | 1
  risk: boolean
  /** What may be written into it, longest first. */
  texts: readonly string[]
}

export interface Step {
  at: number
  /** Null: not known. */
  count: number | null
}

/** What the small line and the big timeline both draw, in epoch ms. */
export interface Picture extends Span {
  bands: Band[]
  queue: Step[]
  gaps: Span[]
}

/** The line of a row, moved on to `now`: what had not ended when it was read is drawn up to there. */
export function pictureOfLine(line: Line, now: number | null): Picture {
  const start = Date.parse(line.from)
  const read = start + line.spanMs
  const to = Math.max(read, now ?? read)
  const reach = (end: number): number => (end >= line.spanMs ? to : start + end)
  return {
    from: to - line.spanMs,
    to,
    bands: line.holds.map((hold) => ({
      from: start + hold.from,
      to: reach(hold.to),
      tint: hold.tint,
      risk: hold.risk,
      texts: [],
    })),
    queue: line.waiting.map((step) => ({ at: start + step.at, count: step.count })),
    gaps: line.gaps.map((gap) => ({ from: start + gap.from, to: reach(gap.to) })),
  }
}

export function pictureOfTimeline(timeline: Timeline, now: number | null): Picture {
  const read = Date.parse(timeline.to)
  const to = Math.max(read, now ?? read)
  const span = read - Date.parse(timeline.from)
  return {
    from: to - span,
    to,
    bands: timeline.holds.map((hold) => ({
      from: Date.parse(hold.from),
      to: hold.to === null ? to : Date.parse(hold.to),
      tint: hold.tint,
      risk: false,
      texts: hold.fence === null ? [hold.label] : [`${hold.label}, fence ${hold.fence}`, hold.label],
    })),
    queue: queueOf(timeline),
    gaps: timeline.gaps.map((gap) => ({
      from: Date.parse(gap.from),
      to: Date.parse(gap.to) >= read ? to : Date.parse(gap.to),
    })),
  }
}

/** How many wait, from the waits' own ends. */
export function queueOf(timeline: Pick<Timeline, 'from' | 'waits'>): Step[] {
  const turns = timeline.waits
    .flatMap((wait) => [
      { at: Date.parse(wait.from), by: 1 },
      ...(wait.to === null ? [] : [{ at: Date.parse(wait.to), by: -1 }]),
    ])
    .sort((a, b) => a.at - b.at)
  const steps: Step[] = [{ at: Date.parse(timeline.from), count: 0 }]
  let count = 0
  for (const turn of turns) {
    count += turn.by
    const last = steps.at(-1)
    if (last !== undefined && last.at >= turn.at) last.count = count
    else steps.push({ at: turn.at, count })
  }
  return steps
}

/** The same incident looks the same everywhere: what the row's line marks as risk is marked in the big picture too. */
export function withRisk(picture: Picture, line: Picture): Picture {
  const risks = line.bands.filter((band) => band.risk)
  if (risks.length === 0) return picture
  return { ...picture, bands: picture.bands.flatMap((band) => cutByRisk(band, risks)) }
}

function cutByRisk(band: Band, risks: readonly Span[]): Band[] {
  const risk = risks.find((span) => span.from < band.to && span.to > band.from)
  if (risk === undefined) return [band]
  const from = Math.max(band.from, risk.from)
  const before: Band[] = from > band.from ? [{ ...band, to: from }] : []
  return [...before, { ...band, from, risk: true, texts: before.length > 0 ? ['at risk'] : band.texts }]
}

/** The same drawing in words. */
export function pictureWords(picture: Picture): string {
  const span = picture.to - picture.from
  const inside = (part: Span): number =>
    Math.max(0, Math.min(part.to, picture.to) - Math.max(part.from, picture.from))
  const held = picture.bands.reduce((sum, band) => sum + inside(band), 0)
  const hidden = picture.gaps.reduce((sum, gap) => sum + inside(gap), 0)
  const most = Math.max(0, ...picture.queue.map((step) => step.count ?? 0))
  const minutes = Math.round(span / 60_000)
  const parts = [
    `Last ${minutes} min: held ${Math.round((100 * Math.min(held, span)) / span)} % of it`,
    most === 0 ? 'nobody seen waiting' : `at most ${most} waiting`,
  ]
  if (hidden > 0) parts.push(`${Math.round((100 * hidden) / span)} % not observed`)
  if (picture.bands.some((band) => band.risk)) parts.push('at risk')
  return parts.join(', ')
}
