import type { KeyDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { namedHolder } from './holder-words.ts'
import { madeAt } from './uuid-bytes.ts'

const PREFIX = '/locks/'

/**
 * python-etcd3: `/locks/<name>` holds the 16 bytes of a UUID of version 1, made when the lock was asked for, which may be long
 * before it was granted. The network card in it is all that names its machine.
 */
export const pythonEtcd3: KeyDialect = {
  id: 'python-etcd3',
  read(entry, { isPinned, readAt }) {
    const made = entry.isRead && isLeased(entry) ? madeAt(entry.value, readAt) : null
    if (!made) return null
    const isNamed = entry.key.indexOf(PREFIX, 0, 'latin1') === 0
    const asked = new Date(made.at).toISOString()
    return {
      ...(isNamed ? { name: entry.key.subarray(PREFIX.length) } : {}),
      kind: 'mutex',
      confidence: isNamed || isPinned ? 'certain' : 'likely',
      holders: [namedHolder(entry, { service: made.card, host: made.card, labels: { asked } })],
    }
  },
}
