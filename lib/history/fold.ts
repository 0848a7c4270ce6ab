import type { FleetEvent } from '../fleet/event.ts'
import type { LockState } from '../fleet/states.ts'

/** How one lock stood. */
export interface Stood {
  readonly backend: string | null
  readonly name: string | null
  state: LockState
  /** Null when they were not known. */
  waiters: number | null
  holders: { tokenDigest: string; label: string; fence: string | null; since: number }[]
}

/** How the fleet stood: what is left when everything that happened is laid one over the other. */
export interface Fold {
  readonly locks: Map<string, Stood>
  /** By backend, whether somebody looked. A backend that is not here was never looked at. */
  readonly observed: Map<string, boolean>
  /** Events are missing: a lock that is not among these may have been held. */
  isPatchy: boolean
}

export const emptyFold = (): Fold => ({ locks: new Map(), observed: new Map(), isPatchy: false })

const ENDS: ReadonlySet<string> = new Set(['released', 'expired', 'ended', 'forced'])

/** Lays the next event over it. Events must come in the order of their numbers. */
export function lay(fold: Fold, event: FleetEvent): void {
  if (event.lock === null) {
    layGeneral(fold, event)
    return
  }
  const stood = fold.locks.get(event.lock) ?? unheard(event)
  layHolder(stood, event)
  // Whoever acts tells what was done, not how the lock stands after it: a reading does.
  if (event.state !== undefined) Object.assign(stood, { state: event.state, waiters: event.waiters })
  else stood.state = stood.holders.length > 0 ? 'held' : stood.waiters ? 'waiting' : 'free'
  if (stood.state === 'free' && stood.holders.length === 0 && !stood.waiters) fold.locks.delete(event.lock)
  else fold.locks.set(event.lock, stood)
}

const unheard = ({ backend, lockName }: FleetEvent): Stood => ({
  ...{ backend, name: lockName },
  ...{ state: 'free', waiters: null, holders: [] },
})

function layHolder(stood: Stood, { kind, tokenDigest, label, fence, at }: FleetEvent): void {
  if (tokenDigest === null) return
  if (kind !== 'granted' && !ENDS.has(kind)) return
  stood.holders = stood.holders.filter((holder) => holder.tokenDigest !== tokenDigest)
  if (kind === 'granted')
    stood.holders.push({ tokenDigest, label: label ?? '', fence, since: Date.parse(at) })
}

function layGeneral(fold: Fold, { kind, backend }: FleetEvent): void {
  if (kind === 'observing') {
    if (backend !== null) fold.observed.set(backend, true)
    // Of all backends at once: everything that stands has been told since then.
    else fold.isPatchy = false
  } else if (kind === 'not-observing' && backend !== null) fold.observed.set(backend, false)
  else if (kind === 'not-observing') {
    // The console ended. The next one tells of everything that is still there.
    fold.locks.clear()
    for (const known of fold.observed.keys()) fold.observed.set(known, false)
    fold.isPatchy = false
  } else if (kind === 'not-recorded') {
    fold.locks.clear()
    fold.isPatchy = true
  }
}
