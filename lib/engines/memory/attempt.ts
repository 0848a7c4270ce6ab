import type { Answer, Ask } from '../../core/node.ts'
import { ownerLabel } from '../../core/owner.ts'
import { nextFence } from './fences.ts'
import { closedBy, type MemoryHold, type MemoryLock, newHold } from './lock.ts'
import { isQuarantined } from './quarantine.ts'
import { enqueue, headOf, withoutTicket } from './queue.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

export interface Asked {
  /** By the clock of the store: later nothing is done. */
  notAfter: number
  quarantineMs: number | null
}

export function attempt(store: MemoryStore, ask: Ask, { notAfter, quarantineMs }: Asked): Answer {
  if (store.now() > notAfter) return { outcome: 'unknown', why: 'it came too late', maybeDone: false }
  if (ask.minReplicas > 0) return noReplicas
  if (quarantineMs !== null && isQuarantined(store, quarantineMs))
    return refused('quarantined', { remainingMs: store.quarantinedUntil - store.now() })
  return store.use(ask.name, (lock) => attemptOpen(store, lock, ask))
}

const noReplicas: Answer = {
  outcome: 'unknown',
  why: 'a store in memory has no replicas',
  maybeDone: false,
  hint: 'ask without minReplicas, or on a Redis with replicas',
  unsupported: true,
}

function attemptOpen(store: MemoryStore, lock: MemoryLock, ask: Ask): Answer {
  const now = store.now()
  const { name, token, ttlMs, owner, alone, permits, slot } = ask
  const rivals = lock.holds.filter((hold) => hold.slot === slot)
  const own = rivals.find((hold) => hold.token === token)
  if (rivals.some((hold) => hold.permits !== permits)) return refused('permits')
  if (own) {
    own.expiresAt = now + ttlMs
    own.ttlMs = ttlMs
    store.changed(name)
    return { outcome: 'granted', fence: own.fence }
  }
  const head = headOf(store, name, lock)
  if (alone && ask.heartbeatMs !== null) {
    enqueue(store, lock, { ticket: token, owner, heartbeatMs: ask.heartbeatMs, ttlMs, permits })
    store.changed(name)
  }
  const place = placeOf(lock, token)
  const closed = closedBy(lock, now)
  if (closed) {
    const { why, until, message } = closed
    return refused(why, { place, remainingMs: until - now, ...(message === undefined ? {} : { message }) })
  }
  if (rivals.length >= (alone ? permits : 1)) return heldBy(rivals, place, now)
  if (alone && head && head.ticket !== token) return refused('queued', { place })
  const fence = permits > 1 ? null : nextFence(store, ask)
  lock.holds.push(newHold(now, { token, owner, ttlMs, fence, permits, slot }))
  if (alone) lock.queue = withoutTicket(lock, token)
  store.changed(name)
  return { outcome: 'granted', fence }
}

function heldBy(rivals: readonly MemoryHold[], place: number, now: number): Answer {
  const first = rivals[0]
  const remainingMs = Math.min(...rivals.map(({ expiresAt }) => expiresAt)) - now
  return refused('held', { holder: first ? ownerLabel(first.owner) : null, place, remainingMs })
}

/** How many are in front: of one who does not queue, all of them. */
function placeOf({ queue }: MemoryLock, ticket: string): number {
  const at = queue.findIndex((waiter) => waiter.ticket === ticket)
  return at < 0 ? queue.length : at
}
