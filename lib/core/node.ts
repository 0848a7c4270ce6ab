import type { Owner } from './owner.ts'

/** What an engine can and cannot do. Declared as data; the conformance suite tests the declaration. */
export interface Capabilities {
  /** Grants carry a fence that grows from hold to hold. A voter's is one vote for it. */
  fences: boolean
  /** Waiters are granted in the order of first asking. */
  fifo: boolean
  /** A release gives the lock to the next waiter in the same step, and tells it. */
  handsOver: boolean
  /** Whether `minReplicas` of an ask is honoured. */
  countsReplicas: boolean
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
   * This node decides alone: it keeps the queue, counts the permits and gives the fence. False for a voter of a quorum,
   * which grants to whoever asks first; its queue only advises who should ask.
   */
  alone: boolean
  /** From the sending on. An engine that can tell never grants later, so that a late grant can't surprise anybody. */
  withinMs: number
  /** How many may hold at once. With `alone` the node counts; a voter keeps each slot as a lock of its own. */
  permits: number
  /** Of a voter: which of the permits is asked for, from 0; null for a mutex and with `alone`. */
  slot: number | null
  /** Of a voter: the fence that the client proposes. Null with `alone`. */
  proposal: string | null
  /** With `alone`: queue under the token, and count as dead when this long nothing was asked. Null = don't queue. */
  heartbeatMs: number | null
  /** Granted only when so many replicas have it; 0 = not asked for. */
  minReplicas: number
}

/** One hold, or with `alone` also one place in the queue. */
export interface HoldRef {
  name: string
  token: string
  ttlMs: number
  permits: number
  slot: number | null
  /** The process that speaks: a hand-over within it is told in the answer, not by a message. */
  process: string
}

/** A renewal may raise the hold's fence: how the fence of a quorum is written back. */
export interface Renewal extends HoldRef {
  raiseTo: string | null
}

/** One waiter of a quorum, in the queue of the voter that advises. Its votes are asked for under other tokens. */
export interface WaitRef {
  name: string
  ticket: string
  heartbeatMs: number
  owner: Owner
  permits: number
}

/** What somebody was told about a lock by an operator. Waits in the store until the next renewal brings it back. */
export interface Notice {
  /** `ask`: please let go. `lapse`: it is not renewed any more, and ends by itself. */
  kind: 'ask' | 'lapse'
  by: string
  message: string
}

/** A lock was handed to a waiter of the process that released it. */
export interface Handed {
  name: string
  /** The first 16 digits of the waiter's token: enough to find it, useless to anybody else. */
  ticket: string
  fence: string | null
}

/** No answer is not a refusal: `unknown` means that the command may or may not have been carried out. */
export type Answer =
  | {
      outcome: 'granted'
      fence: string | null
      /** To an attempt: so much of its time was over when it was asked. Default 0. */
      agedMs?: number
      /** To a renewal: what the holder was told meanwhile. */
      notice?: Notice
      /** To a release. */
      handed?: Handed
    }
  | {
      outcome: 'refused'
      why: Refusal
      holder: string | null
      /** How many are in front in the queue, where that is known. */
      place: number | null
      /** When what stands in the way ends by itself, where that is known. */
      remainingMs: number | null
      /** What the one who froze it said. */
      message?: string
      /** To a renewal that is `lapsing`. */
      notice?: Notice
    }
  | {
      outcome: 'unknown'
      why: string
      /** False only when the command was certainly not carried out: then there is nothing to take back. */
      maybeDone: boolean
      /** What to do about it, when it is not the network. */
      hint?: string
      /** The node can't do this at all; asking again will not help. */
      unsupported?: boolean
    }

export type Refusal =
  /** Somebody else has it. */
  | 'held'
  /** It is free, but others came first. */
  | 'queued'
  /** The node lost its memory and does not vote until every old hold has ended. */
  | 'quarantined'
  /** Nobody is granted until a given time; `message` says why. */
  | 'frozen'
  /** The same, short and nameless: after a force-release. */
  | 'held-back'
  /** It is in use with another number of permits. */
  | 'permits'
  /** Too few replicas have acknowledged it. It has to be given back. */
  | 'replicas'
  /** Renew or release of a hold that the node does not know (any more). */
  | 'not-held'
  /** To a renewal: it is not renewed any more. The hold is good until its time ends. */
  | 'lapsing'

/** What a node says about a name right now, without changing anything. */
export interface Reading {
  name: string
  held: boolean
  /** The first of them where several hold. */
  holder: string | null
  /** How many hold, and how many may; `permits` is null while nobody holds it. */
  holders: number
  permits: number | null
  /** Of a voter: which slots of a semaphore are taken. */
  slots: readonly number[]
  remainingMs: number | null
  waiters: number
  /** Frozen or held back until then. */
  closedForMs: number | null
}

/** What may be laid on a name. On a quorum it is in force only when a majority has stored it. */
export type Order =
  | { act: 'freeze'; name: string; forMs: number; by: string; message: string }
  | { act: 'unfreeze'; name: string }
  | { act: 'hold-back'; name: string; forMs: number }
  /** To the hold that has this token, or to everybody who holds it now when it is null. */
  | { act: 'ask' | 'lapse'; name: string; token: string | null; by: string; message: string }

/** A message only hastens, `handed` aside: it repeats what the store has done. */
export type Message =
  /** A waiter of this process should ask again: the one whose ticket begins so, or whoever waits for the name. */
  | { kind: 'wake'; name: string; ticket?: string }
  /** A hold of this process may have been taken away, or was told something: it should be renewed. */
  | { kind: 'look'; name: string }
  | ({ kind: 'handed' } & Handed)

export type Stop = () => Promise<void>

/**
 * One voter. etcd, a cluster of its own, is one node to the core. Batch-first: every tuple stands alone. Trouble is an
 * `unknown` answer; only `read` and `listen` may throw.
 */
export interface LockNode {
  readonly id: string
  readonly capabilities: Capabilities
  attempt(asks: readonly Ask[]): Promise<Answer[]>
  renew(holds: readonly Renewal[]): Promise<Answer[]>
  /**
   * Ends whatever the token has: its hold, or with `alone` its place in the queue. `granted` = it was this hold's and is
   * gone now; `not-held` = it was not.
   */
  release(holds: readonly HoldRef[]): Promise<Answer[]>
  /**
   * Of a voter: queues, or says that the waiter lives. `granted` = it is first and the lock is free here: ask for votes.
   * `refused` = `held` or `queued`, with the place.
   */
  queue(waits: readonly WaitRef[]): Promise<Answer[]>
  /** Of a voter: takes waiters out of the queue. */
  leave(waits: readonly WaitRef[]): Promise<Answer[]>
  order(orders: readonly Order[]): Promise<Answer[]>
  read(names: readonly string[]): Promise<Reading[]>
  listen(process: string, onMessage: (message: Message) => void): Promise<Stop>
}

/** One lock service: a single node, or N independent ones that vote. */
export interface Backend {
  readonly id: string
  readonly nodes: readonly LockNode[]
  readonly maxTtlMs: number
}
