import type { QueueDialect } from './dialect.ts'
import { isLeased, leaseHex } from './entry.ts'
import { sessionClaim } from './session-claim.ts'

const LONGEST_HEX = 16

/**
 * The queue that the Go client's Mutex and Election, `etcdctl lock` and `elect`, jetcd and all that are built on them keep:
 * the last part of the key is the lease it hangs on, in hex. A mutex has no value, a candidate of an election proposes one.
 */
export const etcdQueue: QueueDialect = {
  id: 'etcd-queue',
  claim(entry, last) {
    if (!isLeased(entry) || last.length === 0 || last.length > LONGEST_HEX) return null
    return last.toString('latin1') === leaseHex(entry.lease) ? sessionClaim(entry) : null
  },
  kind: ([first]) => (first && (first.entry.value.length > 0 || !first.entry.isRead) ? 'election' : 'mutex'),
}
