import type { Holder, Identity, Lock, Waiter } from './lock.ts'
import { at, merged, voters } from './test-locks.ts'

/** Builders for tests of who waits for whom. A party is named, and `name:ms` says since when after T0. */

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
