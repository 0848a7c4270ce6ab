import type { KeyDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { namedHolder, shown } from './holder-words.ts'

const LONGEST_MEMBER = 200
const DEFAULT = 'service'
const KEY = /^\/([^/]+)\/([^/]+)\/leader$/s

/**
 * Patroni: `/<namespace>/<scope>/leader` holds the name of the PostgreSQL member that leads. In another namespace than the one
 * that it comes with, the key could be anybody's.
 */
export const patroni: KeyDialect = {
  id: 'patroni',
  read(entry, { isPinned }) {
    const [, namespace, scope] = KEY.exec(entry.key.toString('latin1', 0, 1_024)) ?? []
    if (namespace === undefined || scope === undefined || !entry.isRead || !isLeased(entry)) return null
    const { length } = entry.value
    if (length === 0 || length > LONGEST_MEMBER || (namespace !== DEFAULT && !isPinned)) return null
    const member = shown(entry.value)
    return {
      kind: 'election',
      confidence: 'certain',
      holders: [
        namedHolder(entry, {
          ...{ service: member, host: member },
          labels: { scope: shown(Buffer.from(scope, 'latin1')) },
        }),
      ],
    }
  },
}
