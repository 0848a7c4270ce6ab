import { createLocks, type Locks, type LocksOptions } from '../locks.ts'
import type { Random } from '../random.ts'
import { createSimulatedNode, type SimulatedNode } from './simulated-node.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

export interface Simulation {
  clock: VirtualClock
  random: Random
  nodes: SimulatedNode[]
  /** Locks of a process of their own on these nodes. */
  client(service: string, options?: Partial<LocksOptions>): Locks
}

/** Nodes, clients and time without a machine under them. */
export function simulate(count: number, seed = 42): Simulation {
  const clock = createVirtualClock()
  const nodes = Array.from({ length: count }, (_, at) => createSimulatedNode(`n${at + 1}`, clock))
  const random = createRandom(seed)
  return {
    clock,
    random,
    nodes,
    client: (service, options = {}) =>
      createLocks({
        backend: { id: 'simulated', nodes, maxTtlMs: 60_000 },
        owner: { service, host: 'h', pid: 1, process: service },
        clock,
        random,
        ...options,
      }),
  }
}

/** The same numbers in every run with the same seed. */
function createRandom(seed: number): Random {
  let state = seed
  let tokens = 0
  return {
    token() {
      tokens += 1
      return tokens.toString(16).padStart(32, '0')
    },
    fraction() {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state / 2_147_483_648
    },
  }
}
