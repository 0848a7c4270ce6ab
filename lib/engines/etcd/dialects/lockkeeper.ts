import { readOwnerRecord } from '../../owner-record.ts'
import { PREFIX, parseLastPart } from '../layout.ts'
import type { QueueDialect } from './dialect.ts'

export const LOCKKEEPER = 'lockkeeper'

const START = Buffer.from(PREFIX)
const SLASH = '/'.charCodeAt(0)
const PERCENT = '%'.charCodeAt(0)

/** The name that a queue of ours stands for; null when it is none. Works on bytes: names may be anything. */
export function ownName(queue: Buffer): Buffer | null {
  if (!queue.subarray(0, START.length).equals(START)) return null
  const part = queue.subarray(START.length, -1)
  if (queue.at(-1) !== SLASH || part.length === 0 || part.includes(SLASH)) return null
  if (!part.includes(PERCENT)) return part
  return Buffer.from(part.toString('latin1').replaceAll('%2F', '/').replaceAll('%25', '%'), 'latin1')
}

export const lockkeeper: QueueDialect = {
  id: LOCKKEEPER,
  claim(entry, last) {
    const parsed = parseLastPart(last.toString('latin1'))
    if (!parsed) return null
    const record = readOwnerRecord(entry.value)
    return {
      entry,
      token: parsed.token,
      label: record?.label ?? '?',
      identity: record?.identity ?? null,
      askedAt: record?.since ?? null,
      ttlMs: record?.ttlMs ?? null,
      permits: parsed.permits,
    }
  },
  kind: ([first]) => (first && first.permits > 1 ? 'semaphore' : 'mutex'),
}
