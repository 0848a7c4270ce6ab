import type { Span } from './picture.ts'

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

export const xOf = (span: Span, rect: Rect, at: number): number =>
  rect.x + ((at - span.from) / (span.to - span.from)) * rect.width

export const timeOf = (span: Span, rect: Rect, x: number): number =>
  span.from + ((x - rect.x) / rect.width) * (span.to - span.from)

/** The visible part of a span in px; null when it is outside. */
export function cut(span: Span, rect: Rect, part: Span): { x: number; width: number } | null {
  if (part.to < span.from || part.from > span.to) return null
  const left = Math.max(rect.x, xOf(span, rect, part.from))
  const right = Math.min(rect.x + rect.width, xOf(span, rect, part.to))
  return { x: left, width: Math.max(right - left, 0) }
}

const SECOND = 1_000
const MINUTE = 60_000
const STEPS = [
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
  120 * MINUTE,
  240 * MINUTE,
] as const

/** Round times with room between them. */
export function ticks(span: Span, widthPx: number, roomPx: number): number[] {
  const most = Math.max(1, Math.floor(widthPx / roomPx))
  const step = STEPS.find((size) => (span.to - span.from) / size <= most) ?? STEPS.at(-1) ?? MINUTE
  const first = Math.ceil(span.from / step) * step
  const found: number[] = []
  for (let at = first; at <= span.to; at += step) found.push(at)
  return found
}

/** Rows for spans that overlap: each goes to the first row that is free again. */
export function stack(spans: readonly Span[]): number[] {
  const ends: number[] = []
  return spans.map((span) => {
    const free = ends.findIndex((end) => end <= span.from)
    const row = free === -1 ? ends.length : free
    ends[row] = span.to
    return row
  })
}

export interface Label {
  x: number
  width: number
}

/**
 * Where labels of vertical lines go: right of the line, else left of it; null where there is no room and it is left out.
 * Later events win.
 */
export function placeLabels(labels: readonly Label[], rect: Rect, gap = 5): (number | null)[] {
  const taken: Label[] = []
  const fits = (x: number, width: number): boolean =>
    x >= rect.x &&
    x + width <= rect.x + rect.width &&
    taken.every((other) => x + width + gap <= other.x || x >= other.x + other.width + gap)
  const places: (number | null)[] = labels.map(() => null)
  for (let i = labels.length - 1; i >= 0; i -= 1) {
    const label = labels[i]
    if (label === undefined) continue
    const place = [label.x + gap, label.x - gap - label.width].find((x) => fits(x, label.width))
    if (place === undefined) continue
    taken.push({ x: place, width: label.width })
    places[i] = place
  }
  return places
}
