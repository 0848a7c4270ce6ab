import { createLocks, type Locks, type LocksOptions, type Random } from '../core/index.ts'
import { createSimulatedNode, type SimulatedNode } from './simulated-node.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

export interface Simulation {
  clock: VirtualClock
  random: Random
  nodes: SimulatedNode[]
  /** Locks of a process of their own on these nodes. */
  client(service: string, options?: Partial<LocksOptions>): Locks
}

export const MAX_TTL_MS = 60_000

/** Nodes, clients and time without a machine under them. */
export function simulate(count: number, seed = 42): Simulation {
  const clock = createVirtualClock()
  const quarantineMs = count > 1 ? MAX_TTL_MS : null
  const nodes = Array.from({ length: count }, (_, at) =>
    createSimulatedNode(`n${at + 1}`, clock, quarantineMs),
  )
  const random = createRandom(seed)
  return {
    clock,
    random,
    nodes,
    client: (service, options = {}) =>
      createLocks({
        backend: { id: 'simulated', nodes, maxTtlMs: MAX_TTL_MS },
        owner: { service, host: 'h', pid: 1, process: service },
        clock,
        random,
        ...options,
      }),
  }
}

/** The same numbers in every run with the same seed. */
export function createRandom(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0
  let tokens = 0
  return {
    token() {
      tokens += 1
      return tokens.toString(16).padStart(16, '0').padEnd(32, '0')
    },
    fraction() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    },
  }
}
