import type { Entry, History } from './history.ts'

/** One hold, as its holder was told of it. */
export interface Span {
  key: string
  hold: string
  fence: string | null
  permits: number
  askedAt: number
  grantedAt: number
  /** When the holder let go, was told that it is over, or stopped believing: whichever came first. */
  endsAt: number
}

/** The holds of a history, by the time of their grant. */
export function spansOf(history: History): Span[] {
  const spans: Span[] = []
  for (const [hold, entries] of groupBy(history, (entry) => entry.hold)) {
    const granted = entries.find(({ op, stage }) => op === 'acquire' && stage === 'ok')
    if (!hold || !granted) continue
    const asked = entries.find(({ op, stage }) => op === 'acquire' && stage === 'invoke')
    const believed = entries.filter(({ op, stage }) => (op === 'acquire' || op === 'renew') && stage === 'ok')
    const over = entries.filter(({ op, stage }) => op === 'lost' || (op === 'release' && stage === 'invoke'))
    spans.push({
      key: granted.key,
      hold,
      fence: granted.fence ?? null,
      permits: granted.permits ?? 1,
      askedAt: asked?.at ?? granted.at,
      grantedAt: granted.at,
      endsAt: Math.min(
        Math.max(...believed.map(({ until }) => until ?? Number.POSITIVE_INFINITY)),
        ...over.map(({ at }) => at),
      ),
    })
  }
  return spans.sort((a, b) => a.grantedAt - b.grantedAt)
}

export const spansByKey = (history: History): Map<string, Span[]> =>
  groupBy(spansOf(history), (span) => span.key)

export const acceptsOf = (history: History, guarded: boolean): Entry[] =>
  history.filter((entry) => entry.op === 'accept' && entry.guarded === guarded)

export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
