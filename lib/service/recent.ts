import type { FleetEvent } from '../fleet/event.ts'

const SPAN_MS = 10 * 60_000
const MOST_EVENTS = 200_000

/** The last minutes of every lock in memory, so that the lines of a list cost no reading from the disk. */
export interface Recent {
  add(events: readonly FleetEvent[]): void
  /** With what was going on when the kept minutes began, and with what concerns the lock's backend: oldest first. */
  of(lock: string, backend: string): { events: FleetEvent[]; grantsBefore: number }
  /** How often the lock was granted in the kept minutes. */
  grants(lock: string): number
  /** The locks that were granted most often in the kept minutes, and more than once; the most often granted first. */
  mostGranted(most: number): string[]
}

interface Kept {
  events: FleetEvent[]
  /** Grants and waits that began before the kept minutes and had not ended then. */
  before: Map<string, FleetEvent>
  grants: number
  /** Grants that were forgotten. */
  forgotten: number
}

const ENDS_HOLD: ReadonlySet<string> = new Set(['released', 'expired', 'ended', 'forced'])

const LOOKING: ReadonlySet<string> = new Set(['observing', 'not-observing'])

export function openRecent(now: () => number, most = MOST_EVENTS): Recent {
  const locks = new Map<string, Kept>()
  let general: FleetEvent[] = []
  let order: string[] = []
  let dropped = 0

  const keep = (event: FleetEvent) => {
    if (event.lock === null) return void general.push(event)
    const kept: Kept = locks.get(event.lock) ?? { events: [], before: new Map(), grants: 0, forgotten: 0 }
    kept.events.push(event)
    if (event.kind === 'granted') kept.grants += 1
    locks.set(event.lock, kept)
    order.push(event.lock)
  }

  const dropOldest = (lock: string, kept: Kept) => {
    const oldest = kept.events.shift()
    if (!oldest) return
    if (oldest.kind === 'granted') {
      kept.grants -= 1
      kept.forgotten += 1
    }
    carry(kept.before, oldest)
    if (kept.events.length === 0 && kept.before.size === 0) locks.delete(lock)
  }

  const forgetOld = () => {
    const limit = now() - SPAN_MS
    while (dropped < order.length) {
      const lock = order[dropped] ?? ''
      const kept = locks.get(lock)
      const oldest = kept?.events[0]
      if (kept && oldest && Date.parse(oldest.at) >= limit && order.length - dropped <= most) break
      if (kept) dropOldest(lock, kept)
      dropped += 1
    }
    if (dropped > order.length / 2) {
      order = order.slice(dropped)
      dropped = 0
    }
    general = withoutOld(general, limit, most)
  }

  return {
    add(events) {
      for (const event of events) keep(event)
      forgetOld()
    },
    of(lock, backend) {
      const kept = locks.get(lock)
      const before = [...(kept?.before.values() ?? [])]
      const events = [
        ...before,
        ...(kept?.events ?? []),
        ...general.filter((event) => event.backend === null || event.backend === backend),
      ].sort((a, b) => Number(a.seq) - Number(b.seq))
      const carried = before.filter(({ kind }) => kind === 'granted').length
      return { events, grantsBefore: (kept?.forgotten ?? 0) - carried }
    },
    grants: (lock) => locks.get(lock)?.grants ?? 0,
    mostGranted(most) {
      let first: [string, number][] = []
      for (const [lock, { grants }] of locks) {
        if (grants > (first.at(-1)?.[1] ?? 1) || (grants > 1 && first.length < most)) {
          first = [...first, [lock, grants] as [string, number]].sort(([, a], [, b]) => b - a).slice(0, most)
        }
      }
      return first.map(([lock]) => lock)
    },
  }
}

function carry(before: Map<string, FleetEvent>, event: FleetEvent): void {
  const { kind, tokenDigest } = event
  if (kind === 'granted') {
    before.clear()
    before.set(`hold ${tokenDigest}`, event)
  } else if (kind === 'waiting') before.set(`wait ${tokenDigest}`, event)
  else if (kind === 'gave-up') before.delete(`wait ${tokenDigest}`)
  else if (ENDS_HOLD.has(kind)) before.delete(`hold ${tokenDigest}`)
}

/** The last words on whether anybody looked are kept, however old they are. */
function withoutOld(events: FleetEvent[], limit: number, most: number): FleetEvent[] {
  const first = events[0]
  if (!first || (Date.parse(first.at) >= limit && events.length <= most)) return events
  const fresh = events.slice(-most).filter((event) => Date.parse(event.at) >= limit)
  const lastWords = new Map<string | null, FleetEvent>()
  for (const event of events) {
    const isOld = Date.parse(event.at) < limit
    if (isOld && LOOKING.has(event.kind)) lastWords.set(event.backend, event)
  }
  return [...lastWords.values(), ...fresh]
}
