import { readOwnerRecord } from '../../owner-record.ts'
import { PREFIX, parseLastPart } from '../layout.ts'
import type { Claim, Entry } from './entry.ts'

export const LOCKKEEPER = 'lockkeeper'

/** The name that a queue of ours stands for; null when it is none. Works on bytes: names may be anything. */
export function ownName(queue: Buffer): Buffer | null {
  const text = queue.toString('latin1')
  const part = text.slice(PREFIX.length, -1)
  if (!text.startsWith(PREFIX) || !text.endsWith('/') || part === '' || part.includes('/')) return null
  return Buffer.from(part.replaceAll('%2F', '/').replaceAll('%25', '%'), 'latin1')
}

export function claimOfOurs(entry: Entry, last: Buffer): Claim | null {
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
}
