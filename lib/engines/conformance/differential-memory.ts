import type { Message } from '../../core/node.ts'
import { createMemoryNode } from '../memory/driver.ts'
import { liveHolds, liveWaiters } from '../memory/lock.ts'
import { MemoryStore } from '../memory/store.ts'
import type { Engine } from './differential-play.ts'
import { OWNERS, QUARANTINE_MS } from './differential-steps.ts'

/** A node on a store that nobody used before, by the clock that Redis goes by. */
export async function memoryEngine(votes: boolean): Promise<Engine> {
  // In microseconds like Redis, since two fences of one millisecond are two.
  const wallMs = Date.now() - performance.now()
  const store = new MemoryStore({ now: () => wallMs + performance.now(), sleep: async () => {} })
  const node = createMemoryNode({ id: 'm', url: '', store, quarantineMs: votes ? QUARANTINE_MS : null })
  const heard: Record<string, Message[]> = {}
  for (const { process } of OWNERS) {
    const messages: Message[] = []
    heard[process] = messages
    await node.listen(process, (message) => void messages.push(message))
  }
  return {
    node,
    async endHold(name, token) {
      for (const hold of store.locks.get(name)?.holds ?? [])
        if (hold.token === token) hold.expiresAt = store.now()
    },
    async endWait(name, ticket) {
      for (const waiter of store.locks.get(name)?.queue ?? [])
        if (waiter.ticket === ticket) waiter.until = store.now()
    },
    async endGate(name, gate) {
      const lock = store.locks.get(name)
      if (lock && gate === 'freeze') lock.gate.freeze = null
      if (lock && gate === 'hold-back') lock.gate.holdBack = null
    },
    async endQuarantine() {
      store.quarantinedUntil = 0
    },
    loseMemory: async () => store.forget(),
    async bootstrap() {
      store.marker = true
    },
    async look(name) {
      const now = store.now()
      const lock = store.locks.get(name)
      const { freeze = null, holdBack = null } = lock?.gate ?? {}
      return {
        holds: liveHolds(lock, now)
          .map(({ expiresAt, since: _, ...hold }) => ({ ...hold, leftMs: expiresAt - now }))
          .sort((a, b) => (a.slot ?? -1) - (b.slot ?? -1) || (a.token < b.token ? -1 : 1)),
        waiters: liveWaiters(lock, now).map(({ until, since: _, ...waiter }) => ({
          ...waiter,
          leftMs: until - now,
        })),
        freeze:
          freeze && freeze.until > now
            ? { by: freeze.by, message: freeze.message, leftMs: freeze.until - now }
            : null,
        holdBack: holdBack && holdBack.until > now ? { leftMs: holdBack.until - now } : null,
      }
    },
    async heard() {
      await new Promise((resolve) => setImmediate(resolve))
      return heard
    },
  }
}
