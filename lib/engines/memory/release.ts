import type { Answer, Handed, HoldRef } from '../../core/node.ts'
import { nextFence } from './fences.ts'
import { closedBy, type MemoryLock, type MemoryWaiter, newHold } from './lock.ts'
import { headOf, withoutTicket } from './queue.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

/** How much of a token is told in a message: enough to find the waiter, useless to anybody else. */
const TICKET_DIGITS = 16

/** Ends a hold, or a place in the queue. A lone node hands on what became free, a voter tells who is first to ask. */
export const release = (store: MemoryStore, hold: HoldRef, alone: boolean): Answer =>
  store.use(hold.name, (lock) => releaseOpen(store, lock, hold, alone))

function releaseOpen(store: MemoryStore, lock: MemoryLock, hold: HoldRef, alone: boolean): Answer {
  const { name, token, slot } = hold
  const held = lock.holds.find((one) => one.token === token && one.slot === slot)
  lock.holds = lock.holds.filter((one) => one !== held)
  const waited = alone && lock.queue.some(({ ticket }) => ticket === token)
  if (waited) lock.queue = withoutTicket(lock, token)
  if (held || waited) store.changed(name)
  const handed = held || waited ? handOn(store, name, lock, hold.process) : null
  if (!held) return refused('not-held')
  return { outcome: 'granted', fence: held.fence, ...(handed ? { handed } : {}) }
}

/**
 * Gives what is free to whoever waits first, and tells it: in the answer when it is of this process, by a message
 * otherwise. In the queue of a voter there is nothing to give: the first is told to ask.
 */
export function handOn(
  store: MemoryStore,
  name: string,
  lock: MemoryLock,
  process: string | null,
): Handed | null {
  const now = store.now()
  const head = headOf(store, name, lock)
  if (!head) return null
  const { ticket: token, owner, permits, ttlMs } = head
  if (ttlMs === null) {
    store.tell(owner.process, { kind: 'wake', name })
    return null
  }
  if (closedBy(lock, now) || !hasRoomFor(lock, head)) return null
  const fence = permits > 1 ? null : nextFence(store, { alone: true, proposal: null })
  lock.queue = withoutTicket(lock, token)
  lock.holds.push(newHold(now, { token, owner, ttlMs, fence, permits }))
  store.changed(name)
  const handed = { name, ticket: token.slice(0, TICKET_DIGITS), fence }
  if (owner.process === process) return handed
  store.tell(owner.process, { kind: 'handed', ...handed })
  return null
}

const hasRoomFor = ({ holds }: MemoryLock, { permits }: MemoryWaiter): boolean =>
  holds.length < permits && holds.every((hold) => hold.permits === permits)
