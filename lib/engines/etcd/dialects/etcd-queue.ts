import type { Claim, Entry } from './entry.ts'

export const ETCD_QUEUE = 'etcd-queue'

/**
 * The queue that the Go client, `etcdctl lock` and all that are built on them keep: the last part of the key is the lease
 * it hangs on, in hex. Nothing else of the client is stored.
 */
export function claimOfLease(entry: Entry, last: Buffer): Claim | null {
  const hex = last.toString('latin1')
  if (entry.lease === '0' || hex !== BigInt(entry.lease).toString(16)) return null
  return {
    entry,
    // One session takes a lock again and again under the same key: the create revision tells the holds apart.
    token: Buffer.concat([entry.key, Buffer.from(`@${entry.createRevision}`)]),
    // Shown on purpose: it is all that this dialect tells of who it is. Revoking it needs rights on the cluster.
    label: `lease ${hex}`,
    identity: null,
    askedAt: null,
    ttlMs: null,
    permits: 1,
  }
}
