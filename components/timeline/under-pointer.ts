import type { HoldSpan, Timeline } from '@/lib/fleet/timeline.ts'
import { clock, counted, duration } from '../ui/format.ts'

export const ENDS: Record<HoldSpan['end'], string> = {
  open: 'holds it now',
  released: 'released',
  expired: 'expired',
  forced: 'forced out',
  ended: 'ended, not seen how',
  unknown: 'end not known',
}

export const WAIT_ENDS = {
  open: 'waits now',
  granted: 'granted',
  'gave-up': 'gave up',
  unknown: 'end not known',
} as const

export interface Card {
  at: number
  title: string
  lines: string[]
}

const covers = (span: { from: string; to: string | null }, at: number): boolean =>
  Date.parse(span.from) <= at && (span.to === null || at <= Date.parse(span.to))

/** What is told of one moment. */
export function cardAt(timeline: Timeline, at: number, toleranceMs: number): Card {
  if (timeline.gaps.some((gap) => covers(gap, at))) {
    return { at, title: 'Not observed', lines: ['Nobody looked then: nothing is known of it.'] }
  }
  const hold = timeline.holds.findLast((span) => covers(span, at))
  const waiting = timeline.waits.filter((wait) => covers(wait, at)).length
  const near = timeline.markers.filter((marker) => Math.abs(Date.parse(marker.at) - at) <= toleranceMs)
  const lines = near.map((marker) => `${clock(Date.parse(marker.at))} ${marker.says}`)
  if (hold !== undefined) lines.push(...holdLines(hold, at))
  lines.push(waiting === 0 ? 'Nobody seen waiting' : `${waiting} waiting`)
  return { at, title: hold?.label ?? 'Free', lines }
}

function holdLines(hold: HoldSpan, at: number): string[] {
  const from = Date.parse(hold.from)
  const lasted =
    hold.to === null
      ? `from ${clock(from)}, ${duration(at - from)} by then`
      : `${clock(from)} to ${clock(Date.parse(hold.to))}, ${duration(Date.parse(hold.to) - from)}`
  return [
    lasted,
    [
      ENDS[hold.end],
      counted(hold.renewals.length, 'renewal'),
      ...(hold.fence === null ? [] : [`fence ${hold.fence}`]),
    ].join(', '),
  ]
}
