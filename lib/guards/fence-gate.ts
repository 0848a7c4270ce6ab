import { parseFence } from './fence.ts'
import { StaleFence } from './stale-fence.ts'

/**
 * The guard of what lives in this process, or is reached through this process only. It remembers the highest fence of
 * every resource for as long as it lives, and nothing beyond that.
 */
export interface FenceGate {
  /**
   * Does `work`, alone on its resource: what comes meanwhile waits, so that a slow write can't land after a later hold's.
   * Throws StaleFence when a higher fence was here before. An equal one is the same hold once more.
   */
  admit<T>(resource: string, fence: string | null, work: () => Promise<T> | T): Promise<T>
}

export function createFenceGate(): FenceGate {
  const seen = new Map<string, bigint>()
  const last = new Map<string, Promise<unknown>>()

  const enter = async <T>(resource: string, fence: bigint, work: () => Promise<T> | T): Promise<T> => {
    const highest = seen.get(resource)
    if (highest !== undefined && fence < highest) throw new StaleFence(resource, fence, highest)
    seen.set(resource, fence)
    return await work()
  }
  return {
    async admit(resource, fence, work) {
      const number = parseFence(fence)
      const before = last.get(resource) ?? Promise.resolve()
      const turn = before.then(() => enter(resource, number, work))
      const over = turn.then(
        () => {},
        () => {},
      )
      last.set(resource, over)
      try {
        return await turn
      } finally {
        if (last.get(resource) === over) last.delete(resource)
      }
    },
  }
}
