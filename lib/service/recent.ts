import type { FleetEvent } from '../fleet/event.ts'
import type { Holder } from '../fleet/lock.ts'
import { inPortions } from '../watch/portions.ts'

const SPAN_MS = 10 * 60_000
const MOST_EVENTS = 100_000
/** Of one lock that began before the kept minutes. */
const MOST_WAITS = 100

/** What a line is drawn from. Renewals would be most of all events, and no line shows them. */
const DRAWN: ReadonlySet<string> = new Set([
  ...['granted', 'released', 'expired', 'ended', 'forced', 'waiting', 'gave-up', 'summarised'],
])
const ENDS_HOLD: ReadonlySet<string> = new Set(['released', 'expired', 'ended', 'forced'])
const LOOKING: ReadonlySet<string> = new Set(['observing', 'not-observing'])

/** Later than all events: who holds it now was seen just now. */
const NOW_SEQ = '9'.repeat(20)

/**
 * The last minutes of every lock in memory, so that the lines of a list cost no reading from the disk. Of a lock that was
 * taken once and is held since nothing is kept: the lock itself tells of that.
 */
export interface Recent {
  add(events: readonly FleetEvent[]): void
  /** With what was going on when the kept minutes began, and with what concerns the lock's backend: oldest first. */
  of(
    lock: string,
    backend: string,
    holders?: readonly Holder[],
  ): { events: FleetEvent[]; grantsBefore: number }
  /** How often the lock was granted in the kept minutes; the first of several times may be missing. */
  grants(lock: string): number
  /** The locks that were granted most often in the kept minutes, and more than once; the most often granted first. */
  mostGranted(most: number): Promise<string[]>
}

interface Kept {
  events: FleetEvent[]
  /** Waits that began before the kept minutes and had not ended then. */
  waits: FleetEvent[]
  grants: number
  /** Grants that were forgotten. */
  forgotten: number
}

export function openRecent(now: () => number, most = MOST_EVENTS): Recent {
  const locks = new Map<string, Kept>()
  let general: FleetEvent[] = []
  let order: string[] = []
  let dropped = 0

  const keep = (event: FleetEvent) => {
    if (event.lock === null) return void general.push(event)
    if (!DRAWN.has(event.kind)) return
    const known = locks.get(event.lock)
    if (!known && event.kind === 'granted') return
    const kept: Kept = known ?? { events: [], waits: [], grants: 0, forgotten: 0 }
    kept.events.push(event)
    kept.grants += grantsIn(event)
    if (!known) locks.set(event.lock, kept)
    order.push(event.lock)
  }

  const dropOldest = (lock: string, kept: Kept) => {
    const oldest = kept.events.shift()
    if (!oldest) return
    kept.grants -= grantsIn(oldest)
    if (oldest.kind === 'granted') kept.forgotten += 1
    kept.waits = waitsAfter(kept.waits, oldest)
    // With an odd count its band would get another tint when that is forgotten.
    const isOdd = kept.forgotten % 2 === 1
    if (kept.events.length === 0 && kept.waits.length === 0 && !isOdd) locks.delete(lock)
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
    of(lock, backend, holders = []) {
      const kept = locks.get(lock)
      const known = [...(kept?.waits ?? []), ...(kept?.events ?? [])]
      const missing = missingGrants(known, lock, backend, holders)
      const events = [
        ...missing,
        ...known,
        ...general.filter((event) => event.backend === null || event.backend === backend),
      ].sort((a, b) => (a.at === b.at ? Number(a.seq) - Number(b.seq) : a.at < b.at ? -1 : 1))
      return { events, grantsBefore: (kept?.forgotten ?? 0) - missing.length }
    },
    grants: (lock) => locks.get(lock)?.grants ?? 0,
    async mostGranted(most) {
      let first: [string, number][] = []
      await inPortions(locks, ([lock, { grants }]) => {
        if (grants > (first.at(-1)?.[1] ?? 1) || (grants > 1 && first.length < most)) {
          first = [...first, [lock, grants] as [string, number]].sort(([, a], [, b]) => b - a).slice(0, most)
        }
      })
      return first.map(([lock]) => lock)
    },
  }
}

/** Also of those that are only counted. */
const grantsIn = ({ kind, summary }: FleetEvent): number => (kind === 'granted' ? 1 : (summary?.holds ?? 0))

function waitsAfter(waits: FleetEvent[], event: FleetEvent): FleetEvent[] {
  const isOver = event.kind === 'granted' || event.kind === 'gave-up'
  if (!isOver && event.kind !== 'waiting') return waits
  const others = waits.filter(({ tokenDigest }) => tokenDigest !== event.tokenDigest)
  return isOver ? others : [...others, event].slice(-MOST_WAITS)
}

/** Whoever ended to hold, and whoever holds, was granted it once: both know when. */
function missingGrants(
  known: readonly FleetEvent[],
  lock: string,
  backend: string,
  holders: readonly Holder[],
): FleetEvent[] {
  const granted = new Set<string>()
  for (const { kind, tokenDigest } of known) {
    if (kind === 'granted' && tokenDigest !== null) granted.add(tokenDigest)
  }
  const missing: FleetEvent[] = []
  for (const event of known) {
    const { kind, tokenDigest, lastedMs } = event
    if (!ENDS_HOLD.has(kind) || lastedMs == null || tokenDigest === null || granted.has(tokenDigest)) continue
    granted.add(tokenDigest)
    const at = new Date(Date.parse(event.at) - lastedMs).toISOString()
    missing.push({ ...event, kind: 'granted', at, seq: `${event.seq}0` })
  }
  for (const [index, { tokenDigest, label, fence, since }] of holders.entries()) {
    if (since === null || granted.has(tokenDigest)) continue
    const about = { backend, lock, lockName: null, node: null, tokenDigest, label, fence, waiters: null }
    missing.push({ ...about, kind: 'granted', at: since, seq: `${NOW_SEQ}${index}` })
  }
  return missing
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
