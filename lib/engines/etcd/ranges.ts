import { setImmediate as breath } from 'node:timers/promises'
import type { Entry } from './dialects/entry.ts'
import { GATES, PREFIX } from './layout.ts'
import type { Members } from './members.ts'
import { isTooMuch, said, Unread } from './ranges-limits.ts'

/**
 * Much smaller pages cost the member many times the work, and taking bigger ones apart stops everything else here for too
 * long. The first one is smaller, in case what is there is big.
 */
const PAGE = 3_000
const FIRST_PAGE = 1_000
/** What takes a member longer is asked for in smaller pages. */
const SLOW_MS = 500

/** Our own prefixes and the configured ones, without those that stand under another. */
export function watchedPrefixes(configured: readonly string[]): Buffer[] {
  const shortFirst = [...new Set([PREFIX, GATES, ...configured])].sort((a, b) => a.length - b.length)
  return shortFirst
    .filter((prefix, index) => !shortFirst.slice(0, index).some((shorter) => prefix.startsWith(shorter)))
    .map((prefix) => Buffer.from(prefix))
}

export interface KeyRange {
  key: Buffer
  range_end: Buffer
}

/** All keys that begin so. */
export function rangeUnder(prefix: string): KeyRange {
  const key = Buffer.from(prefix)
  return { key, range_end: endOf(key) }
}

/** The end of the range of all keys that begin with these bytes. */
export function endOf(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix)
  for (let at = end.length - 1; at >= 0; at--) {
    const byte = end[at] ?? 0xff
    if (byte === 0xff) continue
    end[at] = byte + 1
    return end.subarray(0, at + 1)
  }
  return Buffer.from([0])
}

/** The next key in order. */
export const behind = (key: Buffer): Buffer => Buffer.concat([key, Buffer.from([0])])

/** The revision that everything is read at; the first reading sets it. */
export interface Snapshot {
  revision: string | null
}

export const atRevision = ({ revision }: Snapshot): { revision?: string } => (revision ? { revision } : {})

const COMPACTED = /required revision has been compacted/

/**
 * Reads at the revision of the snapshot. Where the store forgot it while it was read, what comes later is of a later one: that
 * is no gap, since everything that changes is told besides.
 */
export async function readAt<T extends { header: { revision: string } }>(
  snapshot: Snapshot,
  read: () => Promise<T>,
): Promise<T> {
  const answer = await read().catch((error: unknown) => {
    if (snapshot.revision === null || !COMPACTED.test(said(error))) throw error
    snapshot.revision = null
    return read()
  })
  snapshot.revision ??= answer.header.revision
  return answer
}

/** All keys under a prefix as they stood at one revision, page by page, without their values where those may be big. */
export async function* pagesUnder(
  members: Members,
  prefix: Buffer,
  snapshot: Snapshot,
  keysOnly: boolean,
): AsyncGenerator<Entry[]> {
  let key = prefix
  let limit = FIRST_PAGE
  for (;;) {
    const began = performance.now()
    const range = { key, range_end: endOf(prefix), limit, keys_only: keysOnly }
    const page = await readAt(snapshot, () =>
      members.ask((client, options) => client.kv.range({ ...range, ...atRevision(snapshot) }, options)),
    ).catch((error: unknown) => {
      if (limit === 1 || !isTooMuch(error)) throw error
      return null
    })
    if (page === null) {
      limit = Math.ceil(limit / 10)
      continue
    }
    // Taking the answer apart took long enough for one turn.
    await breath()
    yield page.kvs.map((kv) => entryOf(kv, !keysOnly))
    const last = page.kvs.at(-1)
    if (!page.more || !last) return
    key = behind(last.key)
    limit = performance.now() - began > SLOW_MS ? Math.ceil(limit / 2) : Math.min(PAGE, limit * 2)
  }
}

interface KeyValue {
  key: Buffer
  value: Buffer
  create_revision: string
  mod_revision: string
  lease: string
}

const NOTHING = Buffer.alloc(0)

/** With its value, if that was asked for and nobody would write so much for a lock. */
export function entryOf(kv: KeyValue, isRead = true): Entry {
  const isSmall = isRead && kv.value.length <= Unread.OVER
  return {
    key: kv.key,
    value: isSmall ? kv.value : NOTHING,
    isRead: isSmall,
    createRevision: kv.create_revision,
    modRevision: kv.mod_revision,
    lease: kv.lease,
  }
}
