import { memoryStore } from '../memory/store.ts'
import type { Probe } from './subject.ts'

/** Looks at memory stores themselves. */
export function memoryProbe(urls: readonly string[]): Probe {
  const stores = urls.map(memoryStore)
  const live = (name: string) =>
    stores.flatMap((store) => {
      const lock = store.locks.get(name)
      return lock && lock.expiresAt > store.now() ? [lock] : []
    })
  return {
    tokens: async (name) => live(name).map((lock) => lock.token),
    isClean: async (name) => live(name).length === 0 && stores.every((store) => !store.queues.has(name)),
    async destroy(name) {
      for (const store of stores) store.locks.delete(name)
    },
    async plant(name, ttlMs) {
      for (const store of stores) {
        const owner = { service: 'dead', host: 'h', pid: 1, process: 'dead' }
        const since = store.now()
        store.locks.set(name, { token: 'dead', owner, fence: null, since, ttlMs, expiresAt: since + ttlMs })
      }
    },
  }
}
