import { pinnedTo } from '../../pattern.ts'
import type { Pattern } from '../../roles.ts'
import type { Entry } from '../dialects/entry.ts'
import { sightingOfKey } from '../observe-keys.ts'
import { NOT_ASKED, type Telling } from '../queue.ts'

/** When the fixtures were written. */
export const THEN = Date.UTC(2026, 10, 21, 12)

export const testDigest = (token: Uint8Array | string): string => `d${Buffer.from(token).toString('latin1')}`

const telling: Telling = { digest: testDigest, readAt: THEN, left: () => NOT_ASKED, others: () => 0 }

/** A key as a library wrote it, once and on a lease, unless it says more. */
export const keyEntry = (
  key: string | Buffer,
  value: string | Buffer = '',
  over: Partial<Entry> = {},
): Entry => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
  ...{ isRead: true, createRevision: '7', modRevision: '7', lease: '12' },
  ...over,
})

export const seen = (entry: Entry, ...patterns: Pattern[]) =>
  sightingOfKey(entry, pinnedTo(patterns), telling)

export const base64 = (text: string): string => Buffer.from(text).toString('base64')
