import type { Clock } from '../clock.ts'
import type { Answer, Ask, HoldRef, LockNode } from '../node.ts'
import { ownerLabel } from '../owner.ts'

interface Stored {
  token: string
  holder: string
  expiresAt: number
}

/** A node in a test's hand. It knows locks and the traces of waiters, but keeps no order. */
export interface SimulatedNode extends LockNode {
  readonly locks: Map<string, Stored>
  readonly tickets: Set<string>
  readonly asked: { attempt: number; renew: number; release: number }
  /** On the way there and on the way back. */
  latencyMs: number
  /** Carries out what it is told in time, but whatever the time: like a store that knows no `withinMs`. */
  grantsLate: boolean
  /** Grants nothing until then. */
  quarantinedUntil: number
  /** Takes commands and carries nothing out until it is thawed. */
  freeze(): void
  thaw(): void
  /** Refuses connections. Coming back it is empty, and in quarantine for so long. */
  kill(): void
  start(quarantineMs: number): void
  holds(name: string): boolean
}

export function createSimulatedNode(id: string, clock: Clock): SimulatedNode {
  let frozen: Promise<void> | null = null
  let thaw = () => {}
  let down = false

  const carryOut = async <T>(items: readonly T[], one: (item: T) => Answer): Promise<Answer[]> => {
    if (down) return items.map(() => ({ outcome: 'unknown', why: 'connection refused', maybeDone: false }))
    if (node.latencyMs > 0) await clock.sleep(node.latencyMs)
    while (frozen) await frozen
    if (down) return items.map(() => ({ outcome: 'unknown', why: 'connection cut', maybeDone: true }))
    const answers = items.map(one)
    if (node.latencyMs > 0) await clock.sleep(node.latencyMs)
    return answers
  }
  const live = (name: string): Stored | null => {
    const stored = node.locks.get(name)
    return stored && stored.expiresAt > clock.now() ? stored : null
  }
  const attempt = (ask: Ask, notAfter: number): Answer => {
    if (!node.grantsLate && clock.now() > notAfter)
      return { outcome: 'unknown', why: 'it came too late', maybeDone: false }
    if (clock.now() < node.quarantinedUntil) return refused('quarantined', null, null)
    const stored = live(ask.name)
    if (ask.wait) node.tickets.add(ask.wait.ticket)
    if (stored && stored.token !== ask.token)
      return refused('held', stored.holder, stored.expiresAt - clock.now())
    const expiresAt = clock.now() + ask.ttlMs
    node.locks.set(ask.name, { token: ask.token, holder: ownerLabel(ask.owner), expiresAt })
    if (ask.alone && ask.wait) node.tickets.delete(ask.wait.ticket)
    return { outcome: 'granted', fence: '1' }
  }
  const ifOwn = ({ name, token }: HoldRef, act: (stored: Stored) => void): Answer => {
    const stored = live(name)
    if (stored?.token !== token) return refused('not-held', null, null)
    act(stored)
    return { outcome: 'granted', fence: '1' }
  }

  const node: SimulatedNode = {
    id,
    capabilities: { fences: true, fifo: false, ttlStepMs: 1, ttlIsMinimum: false, tellsLoss: false },
    locks: new Map(),
    tickets: new Set(),
    asked: { attempt: 0, renew: 0, release: 0 },
    latencyMs: 1,
    grantsLate: false,
    quarantinedUntil: 0,
    attempt(asks) {
      node.asked.attempt += 1
      const sentAt = clock.now()
      return carryOut(asks, (ask) => attempt(ask, sentAt + ask.withinMs))
    },
    renew(holds) {
      node.asked.renew += 1
      return carryOut(holds, (hold) =>
        ifOwn(hold, (stored) => {
          stored.expiresAt = clock.now() + hold.ttlMs
        }),
      )
    },
    release(holds) {
      node.asked.release += 1
      return carryOut(holds, (hold) => ifOwn(hold, () => node.locks.delete(hold.name)))
    },
    async leave(waits) {
      await carryOut(waits, ({ ticket }) => {
        node.tickets.delete(ticket)
        return { outcome: 'granted', fence: null }
      })
    },
    async read() {
      return []
    },
    async listen() {
      return async () => {}
    },
    freeze() {
      if (frozen) return
      frozen = new Promise((resolve) => {
        thaw = resolve
      })
    },
    thaw() {
      frozen = null
      thaw()
    },
    kill() {
      down = true
      node.thaw()
      node.locks.clear()
      node.tickets.clear()
    },
    start(quarantineMs) {
      if (!down) return
      down = false
      node.quarantinedUntil = clock.now() + quarantineMs
    },
    holds: (name) => live(name) !== null,
  }
  return node
}

const refused = (
  why: 'held' | 'quarantined' | 'not-held',
  holder: string | null,
  remainingMs: number | null,
): Answer => ({ outcome: 'refused', why, holder, place: null, remainingMs })
