import type { Answer, WaitRef } from '../../core/node.ts'
import { heldBy } from './held-by.ts'
import type { MemoryLock, MemoryWaiter } from './lock.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

interface Waiting {
  ticket: string
  owner: MemoryWaiter['owner']
  heartbeatMs: number
  ttlMs: number | null
  permits: number
}

/** How much of a ticket is told in a message: enough to find the waiter, useless to anybody else. */
const TOLD_DIGITS = 16
export const toldOf = (ticket: string): string => ticket.slice(0, TOLD_DIGITS)

/** Takes a place at the end, or keeps the one that it has. */
export function enqueue(store: MemoryStore, lock: MemoryLock, { heartbeatMs, ...waiting }: Waiting): void {
  const now = store.now()
  const until = now + heartbeatMs
  const known = lock.queue.find(({ ticket }) => ticket === waiting.ticket)
  if (known) Object.assign(known, waiting, { until })
  else lock.queue.push({ ...waiting, since: now, until })
}

/** How many are in front of it. */
export const placeOf = ({ queue }: MemoryLock, ticket: string): number =>
  queue.findIndex((waiter) => waiter.ticket === ticket)

export const withoutTicket = ({ queue }: MemoryLock, ticket: string): MemoryWaiter[] =>
  queue.filter((waiter) => waiter.ticket !== ticket)

/** The first who lives. The dead in front of it are taken out. */
export function headOf(store: MemoryStore, name: string, lock: MemoryLock): MemoryWaiter | null {
  const now = store.now()
  const at = lock.queue.findIndex(({ until }) => until > now)
  const dead = at < 0 ? lock.queue.length : at
  if (dead > 0) {
    lock.queue = lock.queue.slice(dead)
    store.changed(name)
  }
  return lock.queue[0] ?? null
}

/** In the queue of a voter, which only advises who should ask. */
export const queue = (store: MemoryStore, wait: WaitRef): Answer =>
  store.use(wait.name, (lock) => queueOpen(store, lock, wait))

function queueOpen(store: MemoryStore, lock: MemoryLock, wait: WaitRef): Answer {
  const { name, ticket, heartbeatMs, owner, permits } = wait
  headOf(store, name, lock)
  enqueue(store, lock, { ticket, owner, heartbeatMs, ttlMs: null, permits })
  store.changed(name)
  const place = placeOf(lock, ticket)
  if (!hasRoom(lock, permits)) {
    const whole = permits === 1 ? lock.holds.filter(({ slot }) => slot === null) : []
    return refused('held', { ...heldBy(whole, store.now()), place })
  }
  return place === 0 ? { outcome: 'granted', fence: null } : refused('queued', { place })
}

export const leave = (store: MemoryStore, wait: WaitRef): Answer =>
  store.use(wait.name, (lock) => leaveOpen(store, lock, wait))

function leaveOpen(store: MemoryStore, lock: MemoryLock, { name, ticket, permits }: WaitRef): Answer {
  const rest = withoutTicket(lock, ticket)
  const waited = rest.length < lock.queue.length
  lock.queue = rest
  if (waited) store.changed(name)
  if (hasRoom(lock, permits)) wakeHead(store, name, lock)
  return { outcome: 'granted', fence: null }
}

/** Tells the first to ask. */
export function wakeHead(store: MemoryStore, name: string, lock: MemoryLock): void {
  const head = headOf(store, name, lock)
  if (head) store.tell(head.owner.process, { kind: 'wake', name, ticket: toldOf(head.ticket) })
}

/** Whether a voter could give what a waiter asks for. A mutex is not free while anybody has a part of it. */
export function hasRoom({ holds }: MemoryLock, permits: number): boolean {
  if (permits === 1) return holds.length === 0
  return holds.filter(({ slot }) => slot !== null && slot < permits).length < permits
}
