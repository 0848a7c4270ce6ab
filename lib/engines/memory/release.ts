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
  const held = endHold(store, lock, hold)
  if (!held) lock.queue = withoutTicket(lock, token)
  const next = handOver(store, name, lock)
  if (next && held && next.process === process) return { ...done, handed: next.handed }
  if (next) tellHanded(store, next)
  return held ? done : refused('not-held')
}

function releaseVote(store: MemoryStore, lock: MemoryLock, hold: HoldRef): Answer {
  if (!endHold(store, lock, hold)) return refused('not-held')
  wakeHead(store, hold.name, lock)
  return done
}

const done = { outcome: 'granted', fence: null } as const

/** Whether the token held it. */
function endHold(store: MemoryStore, lock: MemoryLock, { name, token, slot }: HoldRef): boolean {
  const held = lock.holds.find((one) => one.token === token && one.slot === slot)
  if (!held) return false
  lock.holds = lock.holds.filter((one) => one !== held)
  store.changed(name)
  return true
}
