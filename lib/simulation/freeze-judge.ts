import type { VirtualClock } from './virtual-clock.ts'

/** Knows when a name was certainly frozen. */
export interface FreezeJudge {
  /** An order is on its way; what this returns is called with what became of it, if anything ever does. */
  ordering(name: string, forMs: number | null): (became: { inForce: boolean; allAnswered: boolean }) => void
  isFrozen(name: string, grant: { alone: boolean; calledAt: number; sentAt: number; heldAt: number }): boolean
  /** A store may have lost what was laid on the name, or on all. */
  forget(name: string | null): void
}

interface Known {
  frozen: { from: number; until: number } | null
  /** Changes with every order, so that one that was not alone proves nothing. */
  orders: number
  /** An order without an answer may be carried out at any time. */
  isUncertain: boolean
}

/** How far the clocks of the stores may run ahead meanwhile. */
const sureMs = (forMs: number): number => forMs * 0.99 - 3

export function createFreezeJudge(clock: VirtualClock): FreezeJudge {
  const known = new Map<string, Known>()
  const of = (name: string): Known => {
    const one = known.get(name) ?? { frozen: null, orders: 0, isUncertain: false }
    known.set(name, one)
    return one
  }
  return {
    ordering(name, forMs) {
      const one = of(name)
      const calledAt = clock.now()
      const wasCertain = !one.isUncertain
      one.frozen = null
      one.orders += 1
      one.isUncertain = true
      const { orders } = one
      return ({ inForce, allAnswered }) => {
        if (one.orders !== orders) return
        one.isUncertain = !wasCertain || !allAnswered
        if (forMs !== null && inForce && wasCertain)
          one.frozen = { from: clock.now(), until: calledAt + sureMs(forMs) }
      }
    },
    isFrozen(name, { alone, calledAt, sentAt, heldAt }) {
      const frozen = known.get(name)?.frozen
      if (!frozen) return false
      return (alone ? calledAt : sentAt) > frozen.from && heldAt < frozen.until
    },
    forget(name) {
      for (const [other, one] of known)
        if (name === null || name === other) {
          one.frozen = null
          one.orders += 1
          one.isUncertain = true
        }
    },
  }
}
