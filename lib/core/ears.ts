import type { Clock } from './clock.ts'
import type { LockNode, Message, Stop } from './node.ts'

/** Hears the messages of all nodes for this process. A message may be lost: whoever listens also asks by the clock. */
export interface Ears {
  /** Resolves when all nodes are being listened to, at the latest `withinMs` after the first call. */
  open(withinMs: number): Promise<void>
  on(kind: Message['kind'], name: string, heard: () => void): () => void
  close(): Promise<void>
}

const RETRY_MS = 1_000

export function createEars(nodes: readonly LockNode[], process: string, clock: Clock): Ears {
  const listeners = new Map<string, Set<() => void>>()
  const closing = new AbortController()
  const stops: Stop[] = []
  let opened: Promise<void> | null = null

  const spread = ({ kind, name }: Message) => {
    for (const heard of listeners.get(`${kind} ${name}`) ?? []) heard()
  }
  const listen = async (node: LockNode) => {
    while (!closing.signal.aborted) {
      try {
        const stop = await node.listen(process, spread)
        if (closing.signal.aborted) await stop()
        else stops.push(stop)
        return
      } catch {
        await clock.sleep(RETRY_MS, closing.signal)
      }
    }
  }
  const untilHeard = async (all: Promise<void>[], withinMs: number) => {
    const enough = new AbortController()
    await Promise.race([Promise.all(all), clock.sleep(withinMs, enough.signal)])
    enough.abort()
  }
  return {
    open(withinMs) {
      opened ??= untilHeard(nodes.map(listen), withinMs)
      return opened
    },
    on(kind, name, heard) {
      const key = `${kind} ${name}`
      const set = listeners.get(key) ?? new Set()
      listeners.set(key, set.add(heard))
      return () => {
        set.delete(heard)
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key)
      }
    },
    async close() {
      closing.abort()
      await Promise.allSettled(stops.splice(0).map((stop) => stop()))
    },
  }
}
