import type { Handed } from '../../core/node.ts'
import { nextFence } from './fences.ts'
import { closedBy, type MemoryLock, type MemoryWaiter, newHold } from './lock.ts'
import { headOf, toldOf, withoutTicket } from './queue.ts'
import type { MemoryStore } from './store.ts'

interface HandOver {
  handed: Handed
  /** Whom to tell. */
  process: string
}

/** What is free on a lone node is given to whoever waits first. Null when nobody waits, or nothing may be given. */
export function handOver(store: MemoryStore, name: string, lock: MemoryLock): HandOver | null {
  if (closedBy(lock, store.now())) return null
  const waiter = nextServed(store, name, lock)
  if (!waiter) return null
  const { ticket: token, owner, permits, ttlMs } = waiter
  const fence = permits > 1 ? null : nextFence(store, { alone: true, proposal: null })
  lock.holds.push(newHold(store.now(), { token, owner, ttlMs, fence, permits }))
  store.changed(name)
  return { handed: { name, ticket: toldOf(token), fence }, process: owner.process }
}

export function tellHanded(store: MemoryStore, { handed, process }: HandOver): void {
  store.tell(process, { kind: 'handed', ...handed })
}

type Served = MemoryWaiter & { ttlMs: number }

/** Takes the next waiter out of the queue. Who waits for other permits can't be served, and is told when it asks again. */
function nextServed(store: MemoryStore, name: string, lock: MemoryLock): Served | null {
  const [first] = lock.holds
  if (first && lock.holds.length >= first.permits) return null
  for (;;) {
    const head = headOf(store, name, lock)
    if (!head) return null
    lock.queue = withoutTicket(lock, head.ticket)
    store.changed(name)
    const { ttlMs } = head
    if (ttlMs !== null && (!first || first.permits === head.permits)) return { ...head, ttlMs }
  }
}
