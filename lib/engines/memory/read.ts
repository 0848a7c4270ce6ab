import type { Reading } from '../../core/node.ts'
import { ownerLabel } from '../../core/owner.ts'
import { closedBy, liveHolds, liveWaiters } from './lock.ts'
import type { MemoryStore } from './store.ts'

export function read(store: MemoryStore, name: string): Reading {
  const now = store.now()
  const lock = store.locks.get(name)
  const holds = liveHolds(lock, now)
  const closed = closedBy(lock, now)
  const first = holds[0]
  return {
    name,
    held: holds.length > 0,
    holder: first ? ownerLabel(first.owner) : null,
    holders: holds.length,
    permits: first?.permits ?? null,
    slots: holds.flatMap(({ slot }) => slot ?? []).sort((a, b) => a - b),
    remainingMs: first ? Math.ceil(Math.min(...holds.map(({ expiresAt }) => expiresAt)) - now) : null,
    waiters: liveWaiters(lock, now).length,
    closedForMs: closed ? Math.ceil(closed.until - now) : null,
  }
}
