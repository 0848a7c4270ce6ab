import type { Owner } from './owner.ts'

/** What an engine can and cannot do. Declared as data; the conformance suite tests the declaration. */
export interface Capabilities {
  /** Grants carry a fence that grows from hold to hold. */
  fences: boolean
  /** A waiter that asks again is granted in the order of first asking. */
  fifo: boolean
  /** The smallest step in which a TTL is honoured: 1 for Redis, 1000 for etcd leases. */
  ttlStepMs: number
  /** The store's own TTL may only be longer than what is asked (etcd refills it on a leader change). */
  ttlIsMinimum: boolean
  /** `listen` tells when a hold of this process was taken away, without waiting for its next renewal. */
  tellsLoss: boolean
}

/** One request for one lock. The token is the secret that proves the hold, if it is granted. */
export interface Ask {
  name: string
  token: string
  ttlMs: number
  owner: Owner
  /**
   * This node decides alone: it grants in the order of its queue and gives a fence. False for a voter of a quorum,
   * where a queue is only a trace of who waits and a fence of one voter would mean nothing.
   */
  alone: boolean
  /** From the sending on. An engine that can tell never grants later, so that a late grant can't surprise anybody. */
  withinMs: number
  /** Present when the caller queues. */
  wait?: {
    /** Tells this waiter from others for as long as it waits; with `alone` it is the token. */
    ticket: string
    /** Dead if it has not asked again for this long. */
    heartbeatMs: number
  }
}

export interface HoldRef {
  name: string
  token: string
  ttlMs: number
}

export interface WaitRef {
  name: string
  ticket: string
}

/** No answer is not a refusal: `unknown` means that the command may or may not have been carried out. */
export type Answer =
  | { outcome: 'granted'; fence: string | null }
  | {
      outcome: 'refused'
      why: Refusal
      holder: string | null
      /** How many are in front in the queue, where that is known. */
      place: number | null
      /** When what stands in the way ends by itself, where that is known. */
      remainingMs: number | null
    }
  | {
      outcome: 'unknown'
      why: string
      /** False only when the command was certainly not carried out: then there is nothing to take back. */
      maybeDone: boolean
    }

export type Refusal =
  /** Somebody else has it. */
  | 'held'
  /** It is free, but others came first. */
  | 'queued'
  /** The node lost its memory and does not vote until every old hold has ended. */
  | 'quarantined'
  /** Renew or release of a hold that the node does not know (any more). */
  | 'not-held'

/** What a node says about a name right now, without changing anything. */
export interface Reading {
  name: string
  held: boolean
  holder: string | null
  remainingMs: number | null
  waiters: number
}

/** A message only hastens: everything is asked again before it is believed. */
export interface Message {
  /** `wake`: a waiter of this process should ask again. `gone`: a hold of this process may have been taken away. */
  kind: 'wake' | 'gone'
  name: string
}

export type Stop = () => Promise<void>

/**
 * One voter. etcd, a cluster of its own, is one node to the core. Batch-first: every tuple stands alone. Trouble is an
 * `unknown` answer; only `read` and `listen` may throw.
 */
export interface LockNode {
  readonly id: string
  readonly capabilities: Capabilities
  attempt(asks: readonly Ask[]): Promise<Answer[]>
  renew(holds: readonly HoldRef[]): Promise<Answer[]>
  /** `granted` = it was this hold's and is gone now; `not-held` = it was not. */
  release(holds: readonly HoldRef[]): Promise<Answer[]>
  leave(waits: readonly WaitRef[]): Promise<void>
  read(names: readonly string[]): Promise<Reading[]>
  listen(process: string, onMessage: (message: Message) => void): Promise<Stop>
}

/** One lock service: a single node, or N independent ones that vote. */
export interface Backend {
  readonly id: string
  readonly nodes: readonly LockNode[]
  readonly maxTtlMs: number
}
