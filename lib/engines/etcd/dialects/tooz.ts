import type { KeyDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { namedHolder, session } from './holder-words.ts'
import { uuidVersion } from './uuid-bytes.ts'

/** Without a slash behind it. */
const PREFIX = '/tooz/locks'

/** OpenStack's tooz: `/tooz/locks<name>` holds the 16 bytes of a random UUID. */
export const tooz: KeyDialect = {
  id: 'tooz',
  read(entry) {
    if (!entry.isRead || !isLeased(entry) || entry.key.indexOf(PREFIX, 0, 'latin1') !== 0) return null
    if (entry.key.length === PREFIX.length || uuidVersion(entry.value) === null) return null
    return {
      name: entry.key.subarray(PREFIX.length),
      kind: 'mutex',
      confidence: 'certain',
      holders: [namedHolder(entry, { service: session(entry).process ?? '?' })],
    }
  },
}
