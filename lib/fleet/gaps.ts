import type { FleetEvent } from './event.ts'

interface Gap {
  from: string
  to: string
}

/**
 * When nobody looked: from a `not-observing` to the next `observing`, and before the first `observing` of all, whatever the
 * stores themselves told of earlier times. A second `observing` in a row means that the console ended without a word; then
 * nothing is known since the last event before it. What was seen and could not be recorded is a gap as well, until all
 * that stands has been told again. Events must be in order.
 */
export function gapsIn(events: readonly FleetEvent[], from: string, to: string): Gap[] {
  const gaps: Gap[] = []
  let blind = false
  let isFirst = true
  let lastSeenAt = from
  let lost: Gap | null = null
  for (const event of events) {
    const { kind, at, lastedMs } = event
    if (kind === 'not-recorded') {
      lost = joined(lost, { from: at, to: new Date(Date.parse(at) + (lastedMs ?? 0)).toISOString() })
    } else if (endsPatch(event)) {
      if (lost) gaps.push(joined(lost, { from: at, to: at }))
      lost = null
    } else if (kind === 'observing') {
      gaps.push({ from: isFirst ? from : lastSeenAt, to: at })
      blind = false
      isFirst = false
    }
    if (kind === 'not-observing') {
      blind = true
      isFirst = false
    }
    if (!blind || kind === 'not-observing') lastSeenAt = at
  }
  if (blind) gaps.push({ from: lastSeenAt, to })
  if (lost) gaps.push({ from: lost.from, to })
  return gaps
    .map((gap) => ({ from: gap.from < from ? from : gap.from, to: gap.to > to ? to : gap.to }))
    .filter((gap) => gap.from < gap.to)
    .sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** All that stands was told again, or the console ended and the next one does so. */
const endsPatch = ({ kind, backend }: FleetEvent): boolean =>
  backend === null && (kind === 'observing' || kind === 'not-observing')

/** From the earlier one on. */
const joined = (gap: Gap | null, next: Gap): Gap =>
  gap && gap.to >= next.to ? gap : { from: (gap ?? next).from, to: next.to }
