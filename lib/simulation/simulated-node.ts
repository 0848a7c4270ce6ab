import type { LockNode } from '../core/node.ts'
import { createMemoryNode } from '../engines/memory/driver.ts'
import { MemoryStore } from '../engines/memory/store.ts'
import { EPOCH_MS, type VirtualClock } from './virtual-clock.ts'

type Counted = 'attempt' | 'renew' | 'release' | 'queue'

/** A memory node on a virtual clock, in a test's hand. */
export interface SimulatedNode extends LockNode {
  readonly store: MemoryStore
  /** How often it was called. */
  readonly asked: Record<Counted, number>
  /** On the way there and on the way back. */
  latencyMs: number
  /** Carries out whatever the time: like a store that knows no `withinMs`. */
  grantsLate: boolean
  freeze(): void
  thaw(): void
  /** Loses what is held of a name, or of all, and nothing else: it goes on voting. */
  wipe(name?: string): void
  /** Refuses connections. */
  kill(): void
  /** Comes back empty; without a quarantine as if it had been bootstrapped. */
  start(how?: { quarantine: boolean }): void
  holds(name: string): boolean
  holder(name: string): string | null
  /** Who waits, the first one first. */
  queued(name: string): string[]
}

export function createSimulatedNode(
  id: string,
  clock: VirtualClock,
  quarantineMs: number | null,
): SimulatedNode {
  const store = new MemoryStore({ now: () => EPOCH_MS + clock.now(), sleep: (ms) => clock.sleep(ms) })
  store.marker = true
  const inner = createMemoryNode({ id, url: `memory://${id}`, quarantineMs, store })
  const asked = { attempt: 0, renew: 0, release: 0, queue: 0 }
  const node: SimulatedNode = {
    ...inner,
    store,
    asked,
    latencyMs: 1,
    grantsLate: false,
    attempt(asks) {
      asked.attempt += 1
      return inner.attempt(node.grantsLate ? asks.map((ask) => ({ ...ask, withinMs: 1e12 })) : asks)
    },
    renew(holds) {
      asked.renew += 1
      return inner.renew(holds)
    },
    release(holds) {
      asked.release += 1
      return inner.release(holds)
    },
    queue(waits) {
      asked.queue += 1
      return inner.queue(waits)
    },
    freeze: () => store.freeze(),
    thaw: () => store.resume(),
    wipe(name) {
      for (const one of name === undefined ? [...store.locks.keys()] : [name])
        store.use(one, (lock) => {
          lock.holds = []
        })
    },
    kill: () => store.stop(),
    start({ quarantine } = { quarantine: true }) {
      store.start({ empty: true })
      if (!quarantine) store.marker = true
    },
    holds: (name) => store.use(name, (lock) => lock.holds.length > 0),
    holder: (name) => store.use(name, (lock) => lock.holds[0]?.owner.service ?? null),
    queued: (name) => store.use(name, (lock) => lock.queue.map((waiter) => waiter.ticket)),
  }
  store.delayMs = () => node.latencyMs
  return node
}
