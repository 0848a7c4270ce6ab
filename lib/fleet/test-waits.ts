import type { LockTable } from './brief.ts'
import type { Holder, Identity, Lock, Waiter } from './lock.ts'
import type { Steps } from './steps.ts'
import { at, merged, voters } from './test-locks.ts'
import type { WaitsFor } from './waiting.ts'
import { contendedOf, followWaits } from './waits-for.ts'
import { type Deadlock, findDeadlocks } from './waits-for-deadlocks.ts'

/** For tests of who waits for whom: without a stop, and with builders of locks. A party is named, and `name:ms` says since when after T0. */

const held = merged(voters('A'))
const [holder] = held.holders

const identity = (process: string): Identity => ({
  ...{ service: process, host: null, pid: null, version: null, link: null, labels: {}, process },
})

function party(spec: string): {
  label: string
  identity: Identity
  tokenDigest: string
  since: string | null
} {
  const [name = '', since] = spec.split(':')
  return {
    label: name,
    identity: identity(name),
    tokenDigest: `digest of ${spec}`,
    since: since === undefined ? null : at(Number(since)),
  }
}

export function contendedLock(
  id: string,
  holders: readonly string[],
  waiters: readonly string[],
  over: Partial<Lock> = {},
): Lock {
  if (!holder) throw new Error('no holder to begin with')
  return {
    ...held,
    id,
    name: id,
    holders: holders.map((spec): Holder => ({ ...holder, ...party(spec) })),
    waiters: { known: true, count: waiters.length, list: waiters.map((spec): Waiter => party(spec)) },
    ...over,
  }
}

export const waitsFor = (locks: Iterable<Lock>): WaitsFor => atOnce(followWaits(locks))

export const deadlocksIn = (locks: Iterable<Lock>): ReadonlyMap<string, Deadlock> =>
  atOnce(findDeadlocks(locks))

export function* contended(table: LockTable): Iterable<Lock> {
  for (const brief of table.briefs()) {
    const lock = contendedOf(table, brief)
    if (lock) yield lock
  }
}

function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
