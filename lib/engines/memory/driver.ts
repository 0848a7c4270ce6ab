import type { Answer, Ask, HoldRef, LockNode } from '../../core/node.ts'
import { ownerLabel } from '../../core/owner.ts'
import { type MemoryLock, type MemoryStore, type MemoryWaiter, memoryStore } from './store.ts'

export interface MemoryNodeOptions {
  id: string
  url: string
  /** For a voter of a quorum: how long it grants nothing after it lost its memory (its backend's maxTtlMs). */
  quarantineMs?: number | null
}

export interface MemoryNode extends LockNode {
  close(): Promise<void>
}

/** The same commands as the scripts of Redis, on a store in this process. */
export function createMemoryNode({ id, url, quarantineMs = null }: MemoryNodeOptions): MemoryNode {
  const store = memoryStore(url)
  const each = async <T>(items: readonly T[], answer: (item: T) => Answer): Promise<Answer[]> => {
    try {
      await store.reach()
      return items.map(answer)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return items.map(() => ({ outcome: 'unknown', why, maybeDone: false }))
    }
  }
  const stops = new Set<() => void>()
  return {
    id,
    capabilities: {
      fences: quarantineMs === null,
      fifo: true,
      ttlStepMs: 1,
      ttlIsMinimum: false,
      tellsLoss: false,
    },
    attempt(asks) {
      const sentAt = store.now()
      return each(asks, (ask) => attempt(store, ask, sentAt + ask.withinMs, quarantineMs))
    },
    renew: (holds) => each(holds, (hold) => renew(store, hold)),
    release: (holds) => each(holds, (hold) => release(store, hold)),
    async leave(waits) {
      await store.reach()
      for (const { name, ticket } of waits) {
        dequeue(store, name, ticket)
        if (!liveLock(store, name)) wakeHead(store, name)
      }
    },
    async read(names) {
      await store.reach()
      return names.map((name) => {
        const lock = liveLock(store, name)
        return {
          name,
          held: lock !== null,
          holder: lock ? ownerLabel(lock.owner) : null,
          remainingMs: lock ? lock.expiresAt - store.now() : null,
          waiters: liveQueue(store, name).length,
        }
      })
    },
    async listen(process, onMessage) {
      const stop = store.onWake(process, (name) => onMessage({ kind: 'wake', name }))
      stops.add(stop)
      return async () => {
        stops.delete(stop)
        stop()
      }
    },
    async close() {
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}

/** Says that a new, empty store never held anything, so that it may vote at once. */
export function bootstrapMemoryNode(url: string): void {
  memoryStore(url).marker = true
}

function attempt(store: MemoryStore, ask: Ask, notAfter: number, quarantineMs: number | null): Answer {
  const { name, token, ttlMs, owner, alone, wait } = ask
  const now = store.now()
  if (now > notAfter) return { outcome: 'unknown', why: 'it came too late', maybeDone: false }
  if (quarantineMs !== null && isQuarantined(store, quarantineMs)) {
    const remainingMs = Math.ceil(store.quarantinedUntil - now)
    return { outcome: 'refused', why: 'quarantined', holder: null, place: null, remainingMs }
  }
  const lock = liveLock(store, name)
  if (lock?.token === token) {
    lock.expiresAt = now + ttlMs
    store.changed(name)
    return { outcome: 'granted', fence: lock.fence }
  }
  const queue = liveQueue(store, name)
  if (wait) enqueue(store, name, queue, { ...wait, owner, now })
  const ahead = wait ? queue.findIndex((waiter) => waiter.ticket === wait.ticket) : queue.length
  if (lock) {
    const remainingMs = Math.ceil(lock.expiresAt - now)
    return { outcome: 'refused', why: 'held', holder: ownerLabel(lock.owner), place: ahead, remainingMs }
  }
  if (alone && ahead > 0)
    return { outcome: 'refused', why: 'queued', holder: null, place: ahead, remainingMs: null }
  const fence = alone ? nextFence(store) : null
  store.locks.set(name, { token, owner, fence, since: now, ttlMs, expiresAt: now + ttlMs })
  if (alone && wait) dequeue(store, name, wait.ticket)
  store.changed(name)
  return { outcome: 'granted', fence }
}

function renew(store: MemoryStore, { name, token, ttlMs }: HoldRef): Answer {
  const lock = liveLock(store, name)
  if (lock?.token !== token) return notHeld
  lock.expiresAt = store.now() + ttlMs
  store.changed(name)
  return { outcome: 'granted', fence: lock.fence }
}

function release(store: MemoryStore, { name, token }: HoldRef): Answer {
  const lock = liveLock(store, name)
  if (lock?.token !== token) return notHeld
  store.locks.delete(name)
  store.changed(name)
  wakeHead(store, name)
  return { outcome: 'granted', fence: lock.fence }
}

const notHeld: Answer = { outcome: 'refused', why: 'not-held', holder: null, place: null, remainingMs: null }

function isQuarantined(store: MemoryStore, quarantineMs: number): boolean {
  if (!store.marker) {
    store.marker = true
    store.quarantinedUntil = store.now() + quarantineMs
  }
  return store.quarantinedUntil > store.now()
}

function nextFence(store: MemoryStore): string {
  store.lastFence = Math.max(store.lastFence + 1, Math.floor(store.now() * 1_000))
  return String(store.lastFence)
}

function liveLock(store: MemoryStore, name: string): MemoryLock | null {
  const lock = store.locks.get(name)
  if (lock && lock.expiresAt > store.now()) return lock
  if (store.locks.delete(name)) store.changed(name)
  return null
}

function liveQueue(store: MemoryStore, name: string): MemoryWaiter[] {
  const all = store.queues.get(name)
  if (!all) return []
  const live = all.filter((waiter) => waiter.until > store.now())
  if (live.length < all.length) setQueue(store, name, live)
  return live
}

function enqueue(
  store: MemoryStore,
  name: string,
  queue: MemoryWaiter[],
  waiter: { ticket: string; heartbeatMs: number; owner: MemoryWaiter['owner']; now: number },
): void {
  const { ticket, owner, now } = waiter
  const until = now + waiter.heartbeatMs
  const known = queue.find((one) => one.ticket === ticket)
  if (known) Object.assign(known, { owner, until })
  else queue.push({ ticket, owner, since: now, until })
  setQueue(store, name, queue)
}

function dequeue(store: MemoryStore, name: string, ticket: string): void {
  const queue = liveQueue(store, name)
  if (!queue.some((waiter) => waiter.ticket === ticket)) return
  setQueue(
    store,
    name,
    queue.filter((waiter) => waiter.ticket !== ticket),
  )
}

function setQueue(store: MemoryStore, name: string, queue: MemoryWaiter[]): void {
  if (queue.length > 0) store.queues.set(name, queue)
  else store.queues.delete(name)
  store.changed(name)
}

function wakeHead(store: MemoryStore, name: string): void {
  const head = liveQueue(store, name)[0]
  if (head) store.wake(head.owner.process, name)
}
