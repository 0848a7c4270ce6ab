import type { Answer, HoldRef } from '../../core/node.ts'
import { handOver, tellHanded } from './hand-over.ts'
import type { MemoryLock } from './lock.ts'
import { wakeHead, withoutTicket } from './queue.ts'
import { refused } from './refused.ts'
import type { MemoryStore } from './store.ts'

/** Ends a hold, or a place in the queue. A lone node hands on what became free, a voter tells who is first to ask. */
export const release = (store: MemoryStore, hold: HoldRef, alone: boolean): Answer =>
  store.use(hold.name, (lock) => (alone ? releaseAlone(store, lock, hold) : releaseVote(store, lock, hold)))

function releaseAlone(store: MemoryStore, lock: MemoryLock, hold: HoldRef): Answer {
  const { name, token, process } = hold
  const fence = endHold(store, lock, hold)
  lock.queue = fence === undefined ? withoutTicket(lock, token) : lock.queue
  const next = handOver(store, name, lock)
  if (next && fence !== undefined && next.process === process)
    return { outcome: 'granted', fence, handed: next.handed }
  if (next) tellHanded(store, next)
  return fence === undefined ? refused('not-held') : { outcome: 'granted', fence }
}

function releaseVote(store: MemoryStore, lock: MemoryLock, hold: HoldRef): Answer {
  const fence = endHold(store, lock, hold)
  if (fence === undefined) return refused('not-held')
  wakeHead(store, hold.name, lock)
  return { outcome: 'granted', fence }
}

/** The fence that it had; undefined when the token does not hold. */
function endHold(store: MemoryStore, lock: MemoryLock, { name, token, slot }: HoldRef) {
  const held = lock.holds.find((one) => one.token === token && one.slot === slot)
  if (!held) return undefined
  lock.holds = lock.holds.filter((one) => one !== held)
  store.changed(name)
  return held.fence
}
