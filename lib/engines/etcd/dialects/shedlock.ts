import type { KeyDialect } from './dialect.ts'
import { isLeased } from './entry.ts'
import { namedHolder, session, shown } from './holder-words.ts'

const VALUE = /^ADDED:(\d{4}-\d{2}-\d{2}T[\d:.]{5,18}Z)@([^\s@:]{1,200})$/
const PREFIX = /^shedlock:[^:]*:/

/**
 * ShedLock over jetcd: `shedlock:<environment>:<name>` says when and on which host. The key may stay for a while after the
 * task has ended, so that nobody does it again too soon.
 */
export const shedlock: KeyDialect = {
  id: 'shedlock',
  read(entry) {
    if (!entry.isRead || !isLeased(entry)) return null
    const [, added, host] = VALUE.exec(entry.value.toString('latin1', 0, 300)) ?? []
    const since = Date.parse(added ?? '')
    if (host === undefined || Number.isNaN(since)) return null
    const [prefix] = PREFIX.exec(entry.key.toString('latin1', 0, 1_024)) ?? []
    const service = shown(Buffer.from(host, 'latin1'))
    return {
      ...(prefix ? { name: entry.key.subarray(prefix.length) } : {}),
      kind: 'mutex',
      confidence: 'certain',
      holders: [
        {
          ...namedHolder(entry, { service, host: service, process: session(entry).process }),
          since,
        },
      ],
    }
  },
}
