import type { Advisor } from './advisor.ts'
import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { Contended } from './contended.ts'
import type { Ears } from './ears.ts'
import type { Ending } from './ending.ts'
import type { Fences } from './fences.ts'
import type { Hold } from './hold.ts'
import type { Line } from './line.ts'
import type { LockNode } from './node.ts'
import type { Owner } from './owner.ts'
import type { Random } from './random.ts'
import type { Renewals } from './renewals.ts'

/** What everything in these locks works with. */
export interface Means {
  readonly lines: readonly Line[]
  lineTo(node: LockNode): Line
  /** There is one node, which decides alone. */
  readonly alone: boolean
  readonly maxTtlMs: number
  readonly owner: Owner
  readonly clock: Clock
  readonly random: Random
  readonly background: Background
  readonly ears: Ears
  readonly renewals: Renewals
  readonly fences: Fences
  readonly contended: Contended
  readonly advisor: Advisor
  /** What is held now. */
  readonly holds: Set<Hold>
  /** Of these locks. */
  readonly closing: Ending
  /** How long one node may take to answer before it counts as silent. */
  nodeTimeoutMs(ttlMs: number): number
}

/** Small against the TTL; a lone node, which nobody can stand in for, gets more. */
export function defaultNodeTimeoutMs(nodes: number, ttlMs: number): number {
  return nodes > 1 ? clamp(ttlMs / 10, 50, 500) : clamp(ttlMs / 3, 50, 2_000)
}

const clamp = (value: number, low: number, high: number): number =>
  Math.round(Math.min(high, Math.max(low, value)))
