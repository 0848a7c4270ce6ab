import type { Entry } from './dialects/entry.ts'
import { GATES, PREFIX } from './layout.ts'
import type { Members } from './members.ts'

/** Smaller pages cost the member many times the work. */
const PAGE = 5_000
/** A queue longer than this is read no further. */
const LONGEST_QUEUE = 1_000

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

/** All keys under a prefix as they stood at one revision, page by page. */
export async function* pagesUnder(members: Members, prefix: Buffer): AsyncGenerator<Entry[]> {
  let key = prefix
  let revision: string | undefined
  for (;;) {
    const page = await members.ask((client, options) =>
      client.kv.range(
        { key, range_end: endOf(prefix), limit: PAGE, ...(revision ? { revision } : {}) },
        options,
      ),
    )
    revision ??= page.header.revision
    yield page.kvs.map(entryOf)
    const last = page.kvs.at(-1)
    if (!page.more || !last) return
    key = Buffer.concat([last.key, Buffer.from([0])])
  }
}

/** The keys of one queue now. */
export async function entriesOf(members: Members, queue: Buffer): Promise<Entry[]> {
  const page = await members.ask((client, options) =>
    client.kv.range({ key: queue, range_end: endOf(queue), limit: LONGEST_QUEUE }, options),
  )
  return page.kvs.map(entryOf)
}

interface KeyValue {
  key: Buffer
  value: Buffer
  create_revision: string
  lease: string
}

const entryOf = ({ key, value, create_revision, lease }: KeyValue): Entry => ({
  key,
  value,
  createRevision: create_revision,
  lease,
})
