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
  /** How many copies of its data each node has beside itself while nothing is broken. */
  replicas: number
  /** Stops so many servers that nothing can be decided; `resume` lets them go on. */
  freeze(): void
  /** Stops as many as may be missing; null when none may. */
  freezeMinority: (() => void) | null
  resume(): void
  failures: Failures
  misplaced: readonly Misplaced[]
  close(): Promise<void>
}

/** What becomes of servers that are killed. */
export interface Failures {
  /** Whether a server that was killed and started again still knows its holds. */
  remembers: boolean
  /** Kills servers, as many as may be missing or so many that nothing can be decided, and starts them again. */
  crash(how: 'minority' | 'majority'): Promise<void>
  /** What an operator does who knows that nothing is held: it may be voted again. Null where nobody is quarantined. */
  bootstrap: (() => Promise<void>) | null
  /** As `connect`, but with a quarantine of this length. Null where nobody is quarantined. */
  connectQuarantining: ((quarantineMs: number) => ClosableNode[]) | null
}

/** A place at which there is no such backend, and what the error has to say about it. */
export interface Misplaced {
  what: string
  connect(): ClosableNode[]
  says: RegExp
}

/** Something under the key of a lock that no lock of ours has put there. */
export interface Foreign {
  what: string
  /** Who is said to hold it, if that can be told. */
  holder: string | null
  put(name: string): Promise<void>
  /** Whether it is there as it was put. */
  isThere(name: string): Promise<boolean>
}

export interface DeadWaiter {
  ttlMs: number
  /** For how long it still counts as alive; 0 = not any more. */
  livesMs: number
}

/** Looks at the stores themselves, by their own commands. */
export interface Probe {
  /** Tokens of those who hold this name, once for every node that says so. */
  tokens(name: string): Promise<string[]>
  /** How long each node would still keep the hold of this name; nodes without it are left out. */
  remainingMs(name: string): Promise<number[]>
  /** How many are queued, on the node that has most of them. */
  waiters(name: string): Promise<number>
  /** How many nodes keep everybody from being granted this name: frozen or held back. */
  closed(name: string): Promise<number>
  /** Whatever there is of this name: hold, queue, gate, notice or trace. */
  left(name: string): Promise<string[]>
  /** Deletes whatever holds this name behind its holder's back. */
  destroy(name: string): Promise<void>
  /** A hold as a process left it that died at once. */
  plant(name: string, ttlMs: number): Promise<void>
  /** A waiter as a process left it that was killed; its token. */
  plantWaiter(name: string, dead: DeadWaiter): Promise<string>
  /** How many requests for locks the servers have answered by now, all of them together. */
  requests(): Promise<number>
  foreign: readonly Foreign[]
}
