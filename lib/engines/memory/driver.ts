import type { Answer, LockNode } from '../../core/node.ts'
import { attempt } from './attempt.ts'
import { order } from './order.ts'
import { leave, queue } from './queue.ts'
import { read } from './read.ts'
import { release } from './release.ts'
import { renew } from './renew.ts'
import { Unanswered } from './server.ts'
import { type MemoryStore, memoryStore } from './store.ts'

export interface MemoryNodeOptions {
  id: string
  url: string
  /** For a voter of a quorum: how long it grants nothing after it lost its memory (its backend's maxTtlMs). */
  quarantineMs?: number | null
  /** Where it is not the one of the URL. */
  store?: MemoryStore
  /** Who connects: what `partition` of the store names. */
  client?: string
}

export interface MemoryNode extends LockNode {
  close(): Promise<void>
}

/** The same commands as the scripts of Redis, on a store in this process. */
export function createMemoryNode(options: MemoryNodeOptions): MemoryNode {
  const { id, url, quarantineMs = null, client = '' } = options
  const store = options.store ?? memoryStore(url)
  const alone = quarantineMs === null
  const stops = new Set<() => void>()
  const each = async <T>(items: readonly T[], answer: (item: T) => Answer): Promise<Answer[]> => {
    try {
      return await store.run(client, () => items.map(answer))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const maybeDone = !(error instanceof Unanswered) || error.maybeDone
      return items.map(() => ({ outcome: 'unknown', why, maybeDone }))
    }
  }
  return {
    id,
    capabilities: {
      fences: true,
      fifo: true,
      handsOver: alone,
      countsReplicas: false,
      ttlStepMs: 1,
      ttlIsMinimum: false,
      tellsLoss: false,
    },
    attempt(asks) {
      const sentAt = store.now()
      return each(asks, (ask) => attempt(store, ask, { notAfter: sentAt + ask.withinMs, quarantineMs }))
    },
    renew: (holds) => each(holds, (hold) => renew(store, hold)),
    release: (holds) => each(holds, (hold) => release(store, hold, alone)),
    queue: (waits) => each(waits, (wait) => queue(store, wait)),
    leave: (waits) => each(waits, (wait) => leave(store, wait)),
    order: (orders) => each(orders, (one) => order(store, one, alone)),
    read: (names) => store.run(client, () => names.map((name) => read(store, name))),
    async listen(process, onMessage) {
      await store.reach()
      const stop = store.listen(client, process, onMessage)
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
