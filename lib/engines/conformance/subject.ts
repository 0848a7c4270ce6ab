import type { LockNode } from '../../core/index.ts'

export interface ClosableNode extends LockNode {
  close(): Promise<void>
}

/** One backend kind under test: real servers, and a way to look at them that is not the driver's. */
export interface Subject {
  /** The TTL to test with: as short as the store honours it and a busy machine allows. */
  ttlMs: number
  maxTtlMs: number
  /** Connections of their own for each client. */
  connect(): ClosableNode[]
  probe: Probe
  /** Stops so many servers that nothing can be decided; `resume` lets them go on. */
  freeze(): void
  /** Stops as many as may be missing; null when none may. */
  freezeMinority: (() => void) | null
  resume(): void
  close(): Promise<void>
}

/** Looks at the stores themselves, by their own commands. */
export interface Probe {
  /** Tokens of those who hold this name: one, or none, on every node. */
  tokens(name: string): Promise<string[]>
  /** Whether anything at all of this name is left: hold, queue or trace. */
  isClean(name: string): Promise<boolean>
  /** Deletes the hold behind its holder's back. */
  destroy(name: string): Promise<void>
  /** A hold as a process left it that died at once. */
  plant(name: string, ttlMs: number): Promise<void>
}
