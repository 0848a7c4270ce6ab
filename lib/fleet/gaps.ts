import type { FleetEvent } from './event.ts'

interface Gap {
  from: string
  to: string
}

/**
 * When nobody looked: from a `not-observing` to the next `observing`, and before the first `observing` of all, whatever the
 * stores themselves told of earlier times. A second `observing` in a row means that the console ended without a word; then
 * nothing is known since the last event before it. What was seen and could not be recorded is a gap as well. Events must be
 * in order.
 */
export function gapsIn(events: readonly FleetEvent[], from: string, to: string): Gap[] {
  const gaps: Gap[] = []
  let blind = false
  let isFirst = true
  let lastSeenAt = from
  for (const { kind, at, lastedMs } of events) {
    if (kind === 'not-recorded') {
      gaps.push({ from: at, to: new Date(Date.parse(at) + (lastedMs ?? 0)).toISOString() })
    } else if (kind === 'observing') {
      gaps.push({ from: isFirst ? from : lastSeenAt, to: at })
      blind = false
      isFirst = false
    } else if (kind === 'not-observing') {
      blind = true
      isFirst = false
    }
    if (!blind || kind === 'not-observing') lastSeenAt = at
  }
  if (blind) gaps.push({ from: lastSeenAt, to })
  return gaps
    .map((gap) => ({ from: gap.from < from ? from : gap.from, to: gap.to > to ? to : gap.to }))
    .filter((gap) => gap.from < gap.to)
    .sort((a, b) => (a.from < b.from ? -1 : 1))
}
