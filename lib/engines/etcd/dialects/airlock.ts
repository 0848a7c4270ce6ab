import { parseRecord } from '../record.ts'
import type { KeyDialect } from './dialect.ts'
import { holdToken, identity, shown } from './holder-words.ts'

const KEY = /^com\.coreos\.airlock\/groups\/([^/]+)\/v1\/semaphore$/s
const MOST_HOLDERS = 64

/** airlock, which lets machines of a fleet restart a few at a time: JSON with the slots and who has them, on no lease. */
export const airlock: KeyDialect = {
  id: 'airlock',
  leaseless: true,
  read(entry) {
    const [, group] = KEY.exec(entry.key.toString('latin1', 0, 1_024)) ?? []
    if (group === undefined || !entry.isRead) return null
    const { total_slots: slots, holders } = parseRecord(entry.value)
    if (typeof slots !== 'number' || !Number.isSafeInteger(slots) || slots < 1) return null
    const names = Array.isArray(holders) ? holders.filter((name) => typeof name === 'string') : []
    return {
      name: Buffer.from(group, 'latin1'),
      kind: 'semaphore',
      confidence: 'certain',
      permits: slots,
      holders: names.slice(0, MOST_HOLDERS).map((name) => {
        const host = shown(Buffer.from(name))
        return {
          // The same machine takes the same slot again under the same name: nothing tells its holds apart.
          token: Buffer.concat([holdToken(entry), Buffer.from(`=${name}`)]),
          label: host,
          identity: identity({ service: host, host }),
          since: null,
        }
      }),
    }
  },
}
