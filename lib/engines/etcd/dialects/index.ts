import { airlock } from './airlock.ts'
import type { KeyDialect, KeyLock, QueueDialect } from './dialect.ts'
import { type Claim, type Entry, isLeased } from './entry.ts'
import { etcdQueue } from './etcd-queue.ts'
import { etcdRwmutex } from './etcd-rwmutex.ts'
import { etcd3Election } from './etcd3-election.ts'
import { etcd3Lock } from './etcd3-lock.ts'
import { leasedKey } from './leased-key.ts'
import { patroni } from './patroni.ts'
import { pythonEtcd3 } from './python-etcd3.ts'
import { shedlock } from './shedlock.ts'
import { tooz } from './tooz.ts'

const QUEUES: readonly QueueDialect[] = [etcdQueue, etcd3Election, etcdRwmutex]
/** The most certain first. */
const KEYS: readonly KeyDialect[] = [shedlock, airlock, patroni, tooz, pythonEtcd3, etcd3Lock, leasedKey]

/** What a pattern of names can be pinned to. */
export const dialectIds: readonly string[] = [...QUEUES, ...KEYS].map(({ id }) => id)

/** What operators pin a name to that is no lock. */
export const NONE = 'none'

/** The place of a foreign key in a queue, and whose queue it is; null when it stands in none. */
export function claimOf(entry: Entry, last: Buffer): { dialect: QueueDialect; claim: Claim } | null {
  for (const dialect of QUEUES) {
    const claim = dialect.claim(entry, last)
    if (claim) return { dialect, claim }
  }
  return null
}

/** What a foreign key on its own says. A pinned one is what it was pinned to, or nothing. */
export function keyLockOf(
  entry: Entry,
  pinned: string | null,
  readAt: number,
): { dialect: string; lock: KeyLock } | null {
  for (const { id, leaseless, read } of KEYS) {
    if ((pinned !== null && pinned !== id) || (!leaseless && !isLeased(entry))) continue
    const lock = read(entry, { isPinned: pinned === id, readAt })
    if (lock) return { dialect: id, lock }
  }
  return null
}

/** Could a key be a lock, before its value is known? */
export const mayBeLock = (entry: Entry): boolean =>
  isLeased(entry) || LEASELESS.test(entry.key.toString('latin1', 0, 64))

const LEASELESS = /^com\.coreos\.airlock\//
