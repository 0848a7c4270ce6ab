import type { Owner } from '../../core/owner.ts'
import { ownerLabel } from '../../core/owner.ts'
import type { Identity } from '../../fleet/lock.ts'
import type { KeyId, SeenHolder, SeenWaiter, Sighting } from '../../fleet/sighting.ts'
import { within } from '../deadline.ts'
import { fromKeyId, toKeyId } from '../key-id.ts'
import type { Digest, Observer } from '../roles.ts'
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
      const names = new Set([...store.locks.keys(), ...store.queues.keys()])
      yield [...names].flatMap((name) => decode(store, name, digest) ?? [])
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
  const holder = holderOf(store, name, offsetMs, digest)
  const waiters = (store.queues.get(name) ?? [])
    .filter((waiter) => waiter.until > now)
    .map(
      (waiter): SeenWaiter => ({
        tokenDigest: digest(waiter.ticket),
        label: ownerLabel(waiter.owner),
        identity: identityOf(waiter.owner),
        since: Math.round(waiter.since + offsetMs),
      }),
    )
  if (!holder && waiters.length === 0) return null
  return {
    key: memoryKey(name),
    nameBytes: Buffer.from(name).toString('base64'),
    dialect: 'lockkeeper',
    confidence: 'certain',
    kind: 'mutex',
    holders: holder ? [holder] : [],
    waiters: { known: true, count: waiters.length, list: waiters },
    readAt,
  }
}

function holderOf(store: MemoryStore, name: string, offsetMs: number, digest: Digest): SeenHolder | null {
  const lock = store.locks.get(name)
  const remainingMs = lock ? Math.round(lock.expiresAt - store.now()) : 0
  if (!lock || remainingMs <= 0) return null
  return {
    tokenDigest: digest(lock.token),
    label: ownerLabel(lock.owner),
    identity: identityOf(lock.owner),
    since: Math.round(lock.since + offsetMs),
    sinceIs: 'exact',
    fence: lock.fence,
    remainingMs,
    remainingIs: 'exact',
    ttlMs: lock.ttlMs,
  }
}

const identityOf = (owner: Owner): Identity => ({
  service: owner.service,
  host: owner.host,
  pid: owner.pid,
  version: owner.version ?? null,
  link: owner.link ?? null,
  labels: owner.labels ?? {},
  process: owner.process,
})
