import type { KeyDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { namedHolder, session } from './holder-words.ts'
import { saysLock } from './lock-words.ts'

const LONGEST_HOLDER = 200
const ELECTION = /leader|election/i

/**
 * What many write by themselves: a key on a lease that says who has it. Registrations of services look the same, so it is
 * never more than a candidate, and only with a name that speaks of a lock, until somebody pins it. The value may be what
 * proves the hold, and is therefore not shown.
 */
export const leasedKey: KeyDialect = {
  id: 'leased-key',
  read(entry, { isPinned }) {
    const { length } = entry.value
    if (!entry.isRead || !isLeased(entry) || length === 0 || length > LONGEST_HOLDER) return null
    if (!isPinned && !saysLock(entry.key)) return null
    return {
      kind: ELECTION.test(entry.key.toString('latin1', 0, 1_024)) ? 'election' : 'mutex',
      confidence: isPinned ? 'certain' : 'candidate',
      holders: [namedHolder(entry, { service: session(entry).process ?? '?' })],
    }
  },
}
