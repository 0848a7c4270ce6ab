import type { KeyDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { holdToken, identity, session } from './holder-words.ts'
import { saysLock } from './lock-words.ts'

/**
 * The lock of the npm package etcd3: one empty key on a lease of its own, written once. Who else wants it fails at once, so
 * nobody is seen to wait. The shape says little: without a name that speaks of a lock it only might be one.
 */
export const etcd3Lock: KeyDialect = {
  id: 'etcd3-lock',
  read(entry, { isPinned }) {
    const isOnce = entry.createRevision === entry.modRevision
    if (!entry.isRead || !isLeased(entry) || entry.value.length > 0 || !isOnce) return null
    const { labels, process } = session(entry)
    const label = process ?? '?'
    return {
      kind: 'mutex',
      confidence: isPinned ? 'certain' : saysLock(entry.key) ? 'likely' : 'candidate',
      holders: [
        {
          token: holdToken(entry),
          label,
          identity: identity({ service: label, labels, process }),
          since: null,
        },
      ],
    }
  },
}
