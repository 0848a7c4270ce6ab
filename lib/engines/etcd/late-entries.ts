import type { Cluster } from './connect.ts'
import type { ProcessLeases } from './process-leases.ts'

const LOOK_EVERY_MS = 2_000
const WITHIN_MS = 1_000

/**
 * Entries of which nobody knows whether they were put, and which nobody wants any more. A member that was silent may
 * still put one, long after it was released; on a lease that others keep alive it would stay for ever. So the lease is
 * looked through until it is gone.
 */
export interface LateEntries {
  forget(key: string, lease: string): void
  close(): void
}

export function createLateEntries(cluster: Cluster, leases: ProcessLeases): LateEntries {
  const unwanted = new Map<string, Set<string>>()
  let timer: NodeJS.Timeout | undefined

  const look = async () => {
    for (const [lease, keys] of unwanted) {
      try {
        const there = await leases.keysOn(lease, WITHIN_MS)
        if (!there) unwanted.delete(lease)
        for (const key of there ?? []) {
          if (!keys.has(key.toString())) continue
          await cluster.write((client, options) => client.kv.deleteRange({ key }, options), WITHIN_MS)
        }
      } catch {
        // No answer: it is looked at again.
      }
    }
  }
  const goOn = () => {
    if (timer || unwanted.size === 0) return
    timer = setTimeout(() => {
      void look().finally(() => {
        timer = undefined
        goOn()
      })
    }, LOOK_EVERY_MS)
    timer.unref()
  }
  return {
    forget(key, lease) {
      leases.retire(lease)
      const keys = unwanted.get(lease) ?? new Set()
      unwanted.set(lease, keys.add(key))
      goOn()
    },
    close() {
      clearTimeout(timer)
      unwanted.clear()
    },
  }
}
