import type { Reading } from '../../core/node.ts'
import { heldBy } from './held-by.ts'
import { liveHolds, liveWaiters, type MemoryLock } from './lock.ts'
import type { MemoryStore } from './store.ts'

export function read(store: MemoryStore, name: string): Reading {
  const now = store.now()
  const lock = store.locks.get(name)
  const all = liveHolds(lock, now)
  const whole = all.filter(({ slot }) => slot === null)
  const holds = whole.length > 0 ? whole : all.sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0))
  return {
    name,
    held: holds.length > 0,
    ...heldBy(holds, now),
    holders: holds.length,
    permits: holds[0]?.permits ?? null,
    slots: holds.flatMap(({ slot }) => slot ?? []),
    waiters: liveWaiters(lock, now).length,
    closedForMs: closedForMs(lock, now),
  }
}

function closedForMs(lock: MemoryLock | undefined, now: number): number | null {
  const { freeze, holdBack } = lock?.gate ?? {}
  const until = Math.max(freeze?.until ?? 0, holdBack?.until ?? 0)
  return until > now ? Math.ceil(until - now) : null
}
