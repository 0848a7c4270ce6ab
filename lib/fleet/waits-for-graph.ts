import type { Holder, Lock, Waiter } from './lock.ts'
import type { Steps } from './steps.ts'

/** One client in one queue. */
export interface GraphWait {
  readonly party: GraphParty
  readonly lock: GraphLock
  readonly since: number | null
}

export interface GraphHold {
  readonly party: GraphParty
  readonly lock: GraphLock
  readonly since: number | null
}

export interface GraphLock {
  readonly lock: Lock
  /** Who gets it needs all of its holders to let go, or only any of them. */
  readonly anyWillDo: boolean
  readonly holds: GraphHold[]
  readonly waits: GraphWait[]
}

export interface GraphParty {
  readonly id: string
  readonly label: string
  readonly identified: boolean
  readonly holds: GraphHold[]
  readonly waits: GraphWait[]
}

export const byId = (a: GraphParty, b: GraphParty): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export interface Graph {
  readonly parties: ReadonlyMap<string, GraphParty>
  readonly locks: readonly GraphLock[]
  readonly contended: number
  readonly unheld: number
}

/** Times of several stores, told by one clock, are not exact. */
const TOLERANCE_MS = 1_000

/**
 * Does this wait of a party keep this hold of its own from ending? One that began before the hold was taken does not: it is
 * another task of the same process.
 */
export const keeps = (wait: { since: number | null }, hold: { since: number | null }): boolean =>
  wait.since === null || hold.since === null || wait.since >= hold.since - TOLERANCE_MS

/** Who holds what others wait for. Of all locks only those count that somebody is known to wait for. */
export function* graphOf(locks: Iterable<Lock>): Steps<Graph> {
  const parties = new Map<string, GraphParty>()
  const kept: GraphLock[] = []
  let contended = 0
  let unheld = 0
  for (const lock of locks) {
    if (!lock.waiters.known || lock.waiters.list.length === 0) continue
    contended += 1
    if (lock.holders.length === 0) unheld += 1
    if (hasRoom(lock)) continue
    kept.push(withParties(lock, lock.waiters.list, parties))
    yield
  }
  return { parties, locks: kept, contended, unheld }
}

/** Nobody holds it up: it is free, has permits left, or nobody has more than some votes for it. */
const hasRoom = ({ state, holders, permits }: Lock): boolean =>
  (state !== 'held' && state !== 'unknown') ||
  holders.length === 0 ||
  (permits !== null && holders.length < permits)

function withParties(lock: Lock, list: readonly Waiter[], parties: Map<string, GraphParty>): GraphLock {
  const node: GraphLock = { lock, anyWillDo: lock.kind === 'semaphore', holds: [], waits: [] }
  for (const holder of lock.holders) {
    const hold = { party: partyOf(holder, parties), lock: node, since: ms(holder.since) }
    node.holds.push(hold)
    hold.party.holds.push(hold)
  }
  for (const waiter of list) {
    const wait = { party: partyOf(waiter, parties), lock: node, since: ms(waiter.since) }
    node.waits.push(wait)
    wait.party.waits.push(wait)
  }
  return node
}

type Somebody = Pick<Holder, 'label' | 'identity' | 'tokenDigest'>

/** By its process, else by where it runs, else by its token: then nobody can tell what else it has. */
function partyOf({ label, identity, tokenDigest }: Somebody, parties: Map<string, GraphParty>): GraphParty {
  const process = identity?.process ?? null
  const where =
    identity && identity.pid !== null ? `${identity.service}@${identity.host ?? ''}:${identity.pid}` : null
  const id = process !== null ? `process ${process}` : where !== null ? `at ${where}` : `token ${tokenDigest}`
  const known = parties.get(id)
  if (known) return known
  const party = { id, label, identified: process !== null || where !== null, holds: [], waits: [] }
  parties.set(id, party)
  return party
}

const ms = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso))
