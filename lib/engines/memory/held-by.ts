import { ownerLabel } from '../../core/owner.ts'
import type { MemoryHold } from './lock.ts'

interface HeldBy {
  holder: string | null
  remainingMs: number | null
}

/** Who was first, and when the first place is free again. */
export function heldBy(holds: readonly MemoryHold[], now: number): HeldBy {
  const [first] = holds
  if (!first) return { holder: null, remainingMs: null }
  const soonest = Math.min(...holds.map(({ expiresAt }) => expiresAt))
  return { holder: ownerLabel(first.owner), remainingMs: Math.ceil(soonest - now) }
}
