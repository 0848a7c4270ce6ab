import type { QueueDialect } from './dialect.ts'
import { type Claim, isLeased } from './entry.ts'
import { sessionClaim } from './session-claim.ts'

/** When it was asked for, in ns since 1970: of our days. */
const PLACE = /^(read|write)\/(?:1[4-9]|2[01])\d{17}$/
const LONGEST = 'write/'.length + 19

/**
 * The RWMutex of the Go client's recipes: under one prefix `read/` and `write/`, and behind them when it was asked for, on a
 * session's lease. Who writes waits for all who came before, who reads for those who write.
 */
export const etcdRwmutex: QueueDialect = {
  id: 'etcd-rwmutex',
  claim(entry, last) {
    if (!isLeased(entry) || last.length > LONGEST || entry.value.length > 0) return null
    const [, mode] = PLACE.exec(last.toString('latin1')) ?? []
    if (mode === undefined) return null
    const claim = sessionClaim(entry)
    const { identity } = claim
    return { ...claim, identity: identity && { ...identity, labels: { ...identity.labels, mode } } }
  },
  kind: () => 'read-write',
  holding(claims) {
    const writer = claims.findIndex(isWriter)
    return writer === -1 ? claims.length : Math.max(1, writer)
  },
}

const isWriter = ({ identity }: Claim): boolean => identity?.labels.mode === 'write'
