import type { Answer, Ask } from '../../core/node.ts'
import { nextFence } from './fences.ts'
import { heldBy } from './held-by.ts'
import { closedBy, type MemoryHold, type MemoryLock, newHold } from './lock.ts'
import { isQuarantined } from './quarantine.ts'
import { enqueue, headOf, placeOf, withoutTicket } from './queue.ts'
import { refused } from './refused.ts'
import { renewHold } from './renew.ts'
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
    return refused('quarantined', { remainingMs: Math.ceil(store.quarantinedUntil - store.now()) })
  return store.use(ask.name, (lock) => {
    const rivals = lock.holds.filter((hold) => hold.slot === ask.slot)
    const own = rivals.find((hold) => hold.token === ask.token)
    if (own) return grantAgain(store, ask, own)
    return ask.alone ? askAlone(store, lock, ask) : askVoter(store, lock, rivals, ask)
  })
}

const noReplicas: Answer = {
  outcome: 'unknown',
  why: 'a store in memory has no replicas',
  maybeDone: false,
  hint: 'ask without minReplicas, or on a Redis with replicas',
  unsupported: true,
}

function grantAgain(store: MemoryStore, { name, ttlMs }: Ask, own: MemoryHold): Answer {
  const answer = renewHold(store, name, own, ttlMs, null)
  return answer.outcome === 'granted' ? { outcome: 'granted', fence: answer.fence } : answer
}

function askAlone(store: MemoryStore, lock: MemoryLock, ask: Ask): Answer {
  const { name, token, owner, ttlMs, permits, heartbeatMs } = ask
  const head = headOf(store, name, lock)
  const first = lock.holds[0] ?? (head?.ticket === token ? null : head)
  if (first && first.permits !== permits) return refused('permits')
  if (heartbeatMs !== null) {
    enqueue(store, lock, { ticket: token, owner, heartbeatMs, ttlMs, permits })
    store.changed(name)
  }
  const place = heartbeatMs === null ? lock.queue.length : placeOf(lock, token)
  const closed = refusedByGate(store, lock, lock.holds, place)
  if (closed) return closed
  if (lock.holds.length >= permits) return refused('held', { ...heldBy(lock.holds, store.now()), place })
  if (head && head.ticket !== token) return refused('queued', { place })
  lock.queue = withoutTicket(lock, token)
  return grant(store, lock, ask)
}

/** Each slot is a lock of its own, and the queue does not matter. */
function askVoter(store: MemoryStore, lock: MemoryLock, rivals: readonly MemoryHold[], ask: Ask): Answer {
  if (lock.holds.some(({ permits }) => permits !== ask.permits)) return refused('permits')
  const closed = refusedByGate(store, lock, rivals, null)
  if (closed) return closed
  if (rivals.length > 0) return refused('held', heldBy(rivals, store.now()))
  return grant(store, lock, ask)
}

function grant(store: MemoryStore, lock: MemoryLock, ask: Ask): Answer {
  const { token, owner, ttlMs, permits, slot } = ask
  const fence = permits > 1 ? null : nextFence(store, ask)
  lock.holds.push(newHold(store.now(), { token, owner, ttlMs, fence, permits, slot }))
  store.changed(ask.name)
  return { outcome: 'granted', fence }
}

function refusedByGate(
  store: MemoryStore,
  lock: MemoryLock,
  rivals: readonly MemoryHold[],
  place: number | null,
): Answer | null {
  const now = store.now()
  const closed = closedBy(lock, now)
  if (!closed) return null
  const { why, until, message } = closed
  const { holder } = heldBy(rivals, now)
  return refused(why, { holder, place, remainingMs: Math.ceil(until - now), message })
}
