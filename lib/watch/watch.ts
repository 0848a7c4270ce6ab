import type { LockTable } from '../fleet/brief.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { Lock } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import type { KeyId } from '../fleet/sighting.ts'

/** What changed between two versions of the fleet's state. */
export interface Change {
  changed: readonly string[]
  gone: readonly string[]
  events: readonly NewEvent[]
  /** Something about nodes or backends changed. */
  nodes: boolean
}

/** The fleet as it is known now. Holds the state; reads drive it, listeners follow it. */
export interface Watch {
  /** Grows with every change. */
  readonly version: number
  readonly locks: LockTable
  backends(): FleetBackend[]
  /** Reads one lock from every voter now; null when it is nowhere (and was not known). */
  reread(id: string): Promise<Lock | null>
  /** A lower fence was granted than one that `fenceBefore` tells of now. */
  fenceWentDown(id: string): void
  /** The key in the store of a lock with that id; null when it is nobody's, or of a long key that is not known any more. */
  keyOf(id: string): KeyId | null
  onChange(listener: (change: Change) => void): () => void
  close(): Promise<void>
}
