import type { FleetEvent } from './event.ts'
import { gapsIn } from './gaps.ts'
import type { LockKind } from './lock.ts'
import { isShared } from './places.ts'
import type { HoldSpan, Marker, Timeline, WaitSpan } from './timeline.ts'

/** Times as ISO text. */
export interface Window {
  from: string
  to: string
  now: string
}

/**
 * What the events of one lock (and of its backend and nodes) say about a window of time. The events may come in any order
 * and more than once; those before the window tell what was going on when it began. `grantsBefore` counts the grants that
 * are not among the events any more, so that a hold keeps its tint while older ones are forgotten.
 */
export function spans(
  events: readonly FleetEvent[],
  window: Window,
  grantsBefore = 0,
  kind: LockKind = 'mutex',
): Timeline {
  const ordered = inOrder(events)
  const until = [window.to, window.now].sort()[0] ?? window.to
  const overlaps = (span: { from: string; to: string | null }) =>
    span.from <= until && (span.to === null || span.to >= window.from)
  const holds = closed(holdsOf(ordered, kind), ordered).map((hold, index) => ({
    ...hold,
    tint: tintOf(grantsBefore + index),
  }))
  return {
    ...window,
    holds: holds.filter(overlaps),
    waits: settled(closed(waitsOf(ordered), ordered), holds).filter(overlaps),
    markers: withSummaries(ordered.filter(({ at }) => at >= window.from && at <= until)),
    gaps: gapsIn(ordered, window.from, until),
  }
}

const tintOf = (ordinal: number): HoldSpan['tint'] => (ordinal % 2 === 0 ? 0 : 1)

function inOrder(events: readonly FleetEvent[]): readonly FleetEvent[] {
  // As a rule they are: of a busy lock there are thousands.
  if (events.every((event, index) => index === 0 || isAfter(event, events[index - 1]))) return events
  const bySeq = new Map(events.map((event) => [event.seq, event]))
  return [...bySeq.values()].sort((a, b) => (isAfter(a, b) ? 1 : -1))
}

const isAfter = (event: FleetEvent, other: FleetEvent | undefined): boolean =>
  other === undefined || (event.at === other.at ? isLater(event.seq, other.seq) : event.at > other.at)

type Ending = 'released' | 'expired' | 'forced' | 'ended'
const ENDINGS: ReadonlySet<string> = new Set<Ending>(['released', 'expired', 'forced', 'ended'])
const isEnding = (kind: string): kind is Ending => ENDINGS.has(kind)

function holdsOf(events: readonly FleetEvent[], kind: LockKind): HoldSpan[] {
  const holds: HoldSpan[] = []
  const open = new Map<string, HoldSpan>()
  const last = new Map<string, HoldSpan>()
  for (const { kind: happened, at, tokenDigest, label, fence } of events) {
    if (tokenDigest === null) continue
    const current = open.get(tokenDigest)
    if (happened === 'granted' && !current) {
      if (!isShared(kind)) endUnseen(open, at)
      const hold: HoldSpan = {
        tokenDigest,
        label: label ?? '',
        fence,
        from: at,
        to: null,
        end: 'open',
        tint: 0,
        renewals: [],
      }
      holds.push(hold)
      open.set(tokenDigest, hold)
      last.set(tokenDigest, hold)
    } else if (happened === 'renewed') {
      current?.renewals.push(at)
    } else if (isEnding(happened)) {
      if (current) Object.assign(current, { to: at, end: happened })
      else sharpen(last.get(tokenDigest), happened)
      open.delete(tokenDigest)
    }
  }
  return holds
}

/** Where one holds at a time, whoever is still open when the next one comes went without being seen. */
function endUnseen(open: Map<string, HoldSpan>, at: string): void {
  for (const other of open.values()) Object.assign(other, { to: at, end: 'unknown' })
  open.clear()
}

/**
 * Two words about one end: whoever forced it knows more than whoever saw it gone. And an end is seen a moment after the next
 * hold began.
 */
function sharpen(hold: HoldSpan | undefined, kind: Ending): void {
  if (hold && (kind === 'forced' || hold.end === 'unknown')) hold.end = kind
}

function waitsOf(events: readonly FleetEvent[]): WaitSpan[] {
  const waits: WaitSpan[] = []
  const open = new Map<string, WaitSpan>()
  for (const { kind, at, tokenDigest, label } of events) {
    if (tokenDigest === null) continue
    const current = open.get(tokenDigest)
    if (kind === 'waiting' && !current) {
      const wait: WaitSpan = { tokenDigest, label: label ?? '', from: at, to: null, end: 'open' }
      waits.push(wait)
      open.set(tokenDigest, wait)
    } else if (current && (kind === 'granted' || kind === 'gave-up')) {
      Object.assign(current, { to: at, end: kind })
      open.delete(tokenDigest)
    }
  }
  return waits
}

/**
 * What ended while no console ran was never seen to end. A console that starts speaks again of everything that is still
 * there; of what it is silent about, nothing is known since the console before it ended.
 */
function closed<Span extends HoldSpan | WaitSpan>(spans: Span[], events: readonly FleetEvent[]): Span[] {
  const ends = events.filter(
    ({ kind, backend }) => (kind === 'not-observing' && backend === null) || kind === 'not-recorded',
  )
  if (ends.length === 0) return spans
  const spoken = new Map<string, string>()
  for (const { tokenDigest, seq } of events) {
    if (tokenDigest !== null && isLater(seq, spoken.get(tokenDigest))) spoken.set(tokenDigest, seq)
  }
  return spans.map((span) => {
    const end = ends.find(({ at, seq }) => at >= span.from && isLater(seq, spoken.get(span.tokenDigest)))
    return span.to === null && end ? { ...span, to: end.at, end: 'unknown' } : span
  })
}

const isLater = (seq: string, than: string | undefined): boolean =>
  than === undefined || seq.length > than.length || (seq.length === than.length && seq > than)

/** A waiter on a quorum leaves its queue so much later, at most, than it got the lock. */
const LEAVES_WITHIN_MS = 2_000

/**
 * On a quorum a waiter stands in the queue under another token than it holds under: it gets the lock, then leaves the
 * queue. Whoever left right after a hold of the same name began did not give up.
 */
function settled(waits: WaitSpan[], holds: readonly HoldSpan[]): WaitSpan[] {
  const taken = new Set<HoldSpan>()
  return waits.map((wait) => {
    const { to, label, from } = wait
    if (wait.end !== 'gave-up' || to === null) return wait
    const lately = new Date(Date.parse(to) - LEAVES_WITHIN_MS).toISOString()
    const [, earliest = from] = [from, lately].sort()
    for (let index = firstFrom(holds, earliest); index < holds.length; index += 1) {
      const hold = holds[index]
      if (!hold || hold.from > to) break
      if (hold.label !== label || taken.has(hold)) continue
      taken.add(hold)
      return { ...wait, to: hold.from, end: 'granted' }
    }
    return wait
  })
}

/** The place of the first hold that began then or later. They are in the order of their beginnings. */
function firstFrom(holds: readonly HoldSpan[], at: string): number {
  let [low, high] = [0, holds.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((holds[middle]?.from ?? '') < at) low = middle + 1
    else high = middle
  }
  return low
}

/** Summaries of busy seconds that follow each other are one. */
const ONE_RUSH_MS = 2_500

function withSummaries(events: readonly FleetEvent[]): Marker[] {
  const rushes: { from: string; to: string; holds: number; longestMs: number }[] = []
  for (const { at, summary } of events) {
    if (!summary) continue
    const rush = rushes.at(-1)
    if (rush && Date.parse(at) - Date.parse(rush.to) <= ONE_RUSH_MS) {
      const longestMs = Math.max(rush.longestMs, summary.longestMs)
      Object.assign(rush, { to: at, holds: rush.holds + summary.holds, longestMs })
    } else rushes.push({ from: at, to: at, ...summary })
  }
  const summaries = rushes.map(({ from, to, holds, longestMs }): Marker => {
    const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1_000) + 1
    const says = `summarised: ${holds} more holds within ${seconds} s, the longest ${Math.round(longestMs)} ms`
    return { at: from, kind: 'summarised', says }
  })
  return [...events.flatMap(markerOf), ...summaries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

function markerOf({ at, kind, label, node }: FleetEvent): Marker[] {
  const who = label ?? 'its holder'
  switch (kind) {
    case 'expired':
      return [{ at, kind, says: `the hold of ${who} ran out` }]
    case 'forced':
      return [{ at, kind, says: `taken from ${who}` }]
    case 'node-down':
      return [{ at, kind, says: `${node ?? 'a node'} gives no answer` }]
    case 'node-up':
      return [{ at, kind, says: `${node ?? 'a node'} answers again` }]
    case 'node-restarted':
      return [{ at, kind, says: `${node ?? 'a node'} was restarted` }]
    case 'node-emptied':
      return [{ at, kind, says: `a database of ${node ?? 'a node'} was emptied (FLUSHALL or FLUSHDB)` }]
    default:
      return []
  }
}
