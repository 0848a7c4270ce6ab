import type { Owner } from '../../core/owner.ts'
import { ownerLabel } from '../../core/owner.ts'
import type { Identity } from '../../fleet/lock.ts'
import type { KeyId, SeenGate, SeenHolder, SeenWaiter, Sighting } from '../../fleet/sighting.ts'
import { within } from '../deadline.ts'
import { fromKeyId, toKeyId } from '../key-id.ts'
import type { Digest, Observer } from '../roles.ts'
import { liveHolds, liveWaiters, type MemoryHold, type MemoryLock, type MemoryWaiter } from './lock.ts'
import { type MemoryStore, memoryStore } from './store.ts'

const READ_WITHIN_MS = 1_000

export interface MemoryVoter {
  voter: string
  url: string
  digest: Digest
}

/** Reads a store of this process. Locks are identified by the bytes of their name. */
export function observeMemory({ voter, url, digest }: MemoryVoter): Observer {
  const store = memoryStore(url)
  const reach = () => within(READ_WITHIN_MS, store.reach())
  return {
    voter,
    async *sweep(signal) {
      await reach()
      signal.throwIfAborted()
      yield [...store.locks.keys()].flatMap((name) => decode(store, name, digest) ?? [])
    },
    async reread(keys) {
      await reach()
      return new Map<KeyId, Sighting | null>(
        keys.map((key) => [key, decode(store, fromKeyId(key).toString('utf8'), digest)]),
      )
    },
    async watch(onChange) {
      await reach()
      const stop = store.onChange((name) => onChange([memoryKey(name)]))
      return async () => stop()
    },
  }
}

export const memoryKey = (name: string): KeyId => toKeyId(Buffer.from(name))

function decode(store: MemoryStore, name: string, digest: Digest): Sighting | null {
  const now = store.now()
  const readAt = Date.now()
  const offsetMs = readAt - now
  const lock = store.locks.get(name)
  const holds = liveHolds(lock, now)
  const queue = liveWaiters(lock, now)
  const gate = gateOf(lock, now, offsetMs)
  if (holds.length === 0 && queue.length === 0 && !gate) return null
  const permits = (holds[0] ?? queue[0])?.permits ?? 1
  const dead = (lock?.queue.length ?? 0) - queue.length
  return {
    key: memoryKey(name),
    nameBytes: Buffer.from(name).toString('base64'),
    dialect: 'lockkeeper',
    confidence: 'certain',
    kind: permits > 1 ? 'semaphore' : 'mutex',
    permits: permits > 1 ? permits : null,
    gate,
    holders: holds.map((hold) => holderOf(hold, now, offsetMs, digest)),
    waiters: {
      known: true,
      count: queue.length,
      list: queue.map((one) => waiterOf(one, offsetMs, digest)),
      ...(dead > 0 ? { dead } : {}),
    },
    readAt,
  }
}

function gateOf(lock: MemoryLock | undefined, now: number, offsetMs: number): SeenGate | null {
  const { freeze, holdBack } = lock?.gate ?? {}
  const isFrozen = freeze && freeze.until > now
  const isHeldBack = holdBack && holdBack.until > now
  if (!isFrozen && !isHeldBack) return null
  return {
    freeze: isFrozen ? { ...freeze, until: Math.round(freeze.until + offsetMs) } : null,
    holdBack: isHeldBack ? { until: Math.round(holdBack.until + offsetMs) } : null,
  }
}

const waiterOf = (waiter: MemoryWaiter, offsetMs: number, digest: Digest): SeenWaiter => ({
  tokenDigest: digest(waiter.ticket),
  label: ownerLabel(waiter.owner),
  identity: identityOf(waiter.owner),
  since: Math.round(waiter.since + offsetMs),
})

const holderOf = (hold: MemoryHold, now: number, offsetMs: number, digest: Digest): SeenHolder => ({
  tokenDigest: digest(hold.token),
  slot: hold.slot,
  label: ownerLabel(hold.owner),
  identity: identityOf(hold.owner),
  since: Math.round(hold.since + offsetMs),
  sinceIs: 'exact',
  fence: hold.fence,
  remainingMs: Math.round(hold.expiresAt - now),
  remainingIs: 'exact',
  ttlMs: hold.ttlMs,
})

const identityOf = (owner: Owner): Identity => ({
  service: owner.service,
  host: owner.host,
  pid: owner.pid,
  version: owner.version ?? null,
  link: owner.link ?? null,
  labels: owner.labels ?? {},
  process: owner.process,
})
