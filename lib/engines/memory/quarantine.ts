import type { MemoryStore } from './store.ts'

/** A voter that lost its memory grants nothing until every hold that it may have forgotten has ended. */
export function isQuarantined(store: MemoryStore, quarantineMs: number): boolean {
  if (!store.marker) {
    store.marker = true
    store.quarantinedUntil = store.now() + quarantineMs
  }
  return store.quarantinedUntil > store.now()
}
