import { within } from '../deadline.ts'
import type { Probe } from '../roles.ts'
import { memoryStore } from './store.ts'

const ANSWER_WITHIN_MS = 1_000

export function probeMemory(node: string, url: string, role: string): Probe {
  const store = memoryStore(url)
  return {
    node,
    async facts() {
      const sentAt = performance.now()
      await within(ANSWER_WITHIN_MS, store.reach())
      const quarantinedMs = store.quarantinedUntil - store.now()
      return {
        role,
        version: 'in this process',
        runId: store.runId,
        uptimeMs: Math.round(store.now() - store.startedAt),
        latencyMs: performance.now() - sentAt,
        clockOffsetMs: 0,
        quarantinedMs: quarantinedMs > 0 ? Math.round(quarantinedMs) : null,
        replication: null,
        term: null,
      }
    },
  }
}
