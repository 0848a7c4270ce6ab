import type { QueueDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { sessionClaim } from './session-claim.ts'

const LONGEST_DECIMAL = 20

/** The election of the npm package etcd3: `election/<name>/<lease>` in decimal, the value is what the candidate proposes. */
export const etcd3Election: QueueDialect = {
  id: 'etcd3-election',
  claim(entry, last) {
    if (!isLeased(entry) || last.length === 0 || last.length > LONGEST_DECIMAL) return null
    return last.toString('latin1') === entry.lease ? sessionClaim(entry) : null
  },
  kind: () => 'election',
}
