import { closedBy, liveHolds, liveWaiters, newHold } from '../memory/lock.ts'
import { type MemoryStore, memoryStore } from '../memory/store.ts'
import type { Foreign, Probe } from './subject.ts'

const DEAD = { service: 'dead', host: 'h', pid: 1, process: 'dead' }
const DEAD_TICKET = 'e'.repeat(32)

/** Looks at memory stores themselves. */
export function memoryProbe(urls: readonly string[]): Probe {
  const stores = urls.map(memoryStore)
  const live = (name: string) =>
    stores.flatMap((store) => liveHolds(store.locks.get(name), store.now()).map((hold) => ({ hold, store })))
  return {
    tokens: async (name) => live(name).map(({ hold }) => hold.token),
    remainingMs: async (name) => live(name).map(({ hold, store }) => hold.expiresAt - store.now()),
    waiters: async (name) =>
      Math.max(...stores.map((store) => liveWaiters(store.locks.get(name), store.now()).length)),
    closed: async (name) => stores.filter((store) => closedBy(store.locks.get(name), store.now())).length,
    left: async (name) => stores.filter((store) => !isForgotten(store, name)).map(() => name),
    async destroy(name) {
      for (const store of stores) store.locks.delete(name)
    },
    async plant(name, ttlMs) {
      for (const store of stores) plantHold(store, name, 'd'.repeat(32), ttlMs)
    },
    async plantWaiter(name, { ttlMs, livesMs }) {
      for (const store of stores) {
        const since = store.now()
        const waiter = { ticket: DEAD_TICKET, owner: DEAD, since, until: since + livesMs, ttlMs, permits: 1 }
        store.use(name, (lock) => lock.queue.push(waiter))
      }
      return DEAD_TICKET
    },
    requests: async () => stores.reduce((sum, store) => sum + store.carriedOut, 0),
    foreign: [holdOfAStranger(stores)],
  }
}

/** What has ended is nothing, though it may be swept only when somebody next asks. */
function isForgotten(store: MemoryStore, name: string): boolean {
  const [lock, now] = [store.locks.get(name), store.now()]
  return liveHolds(lock, now).length === 0 && liveWaiters(lock, now).length === 0 && !closedBy(lock, now)
}

function plantHold(store: MemoryStore, name: string, token: string, ttlMs: number): void {
  store.use(name, (lock) => lock.holds.push(newHold(store.now(), { token, owner: DEAD, ttlMs })))
}

/** All that can be in a memory store without its driver. */
const holdOfAStranger = (stores: readonly MemoryStore[]): Foreign => ({
  what: 'a hold that nobody asked for',
  holder: 'dead@h',
  async put(name) {
    for (const store of stores) plantHold(store, name, 'stranger', 60_000)
  },
  isThere: async (name) =>
    stores.every(
      (store) =>
        store.locks
          .get(name)
          ?.holds.map((hold) => hold.token)
          .join() === 'stranger',
    ),
})
