import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { Ears } from './ears.ts'
import type { LockNode } from './node.ts'
import type { Owner } from './owner.ts'
import type { Random } from './random.ts'

/** What everything in these locks works with. */
export interface Means {
  readonly nodes: readonly LockNode[]
  readonly maxTtlMs: number
  readonly owner: Owner
  readonly clock: Clock
  readonly random: Random
  readonly background: Background
  readonly ears: Ears
  /** How long one node may take to answer before it counts as silent. */
  nodeTimeoutMs(ttlMs: number): number
}

/** Small against the TTL; a lone node, which nobody can stand in for, gets more. */
export function defaultNodeTimeoutMs(nodes: number, ttlMs: number): number {
  return nodes > 1 ? clamp(ttlMs / 10, 50, 500) : clamp(ttlMs / 3, 50, 2_000)
}

const clamp = (value: number, low: number, high: number): number =>
  Math.round(Math.min(high, Math.max(low, value)))
