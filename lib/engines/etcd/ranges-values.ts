import type { IRangeRequest, IRangeResponse } from 'etcd3'
import type { Entry } from './dialects/entry.ts'
import type { Members } from './members.ts'
import { atRevision, behind, entryOf, readAt, type Snapshot } from './ranges.ts'
import { isTooMuch, type Unread } from './ranges-limits.ts'

/** So many keys, and so many ranges of them, are asked for at once. */
const MOST_KEYS = 500
const MOST_RANGES = 100

interface Wanted {
  entry: Entry
  /** Its place among all keys: neighbours are read as one range. */
  at: number
}

/** The values of those that are worth reading, at the revision of the keys. Who is not there any more is left out. */
export async function withValues(
  members: Members,
  entries: readonly Entry[],
  isWorth: (entry: Entry) => boolean,
  snapshot: Snapshot,
  unread: Unread,
): Promise<Entry[]> {
  const wanted = entries.flatMap((entry, at) => (isWorth(entry) && !unread.has(entry) ? [{ entry, at }] : []))
  const read: Entry[] = []
  const readPart = async (part: readonly Wanted[]): Promise<void> => {
    const answer = await ask(members, rangesOf(part), snapshot).catch((error: unknown) => {
      if (!isTooMuch(error)) throw error
      return null
    })
    if (answer) return void read.push(...answer.map((kv) => entryOf(kv)))
    const [only] = part
    if (part.length === 1 && only) return void read.push(only.entry)
    const half = Math.ceil(part.length / 2)
    await readPart(part.slice(0, half))
    await readPart(part.slice(half))
  }
  for (let at = 0; at < wanted.length; ) {
    const part = portion(wanted, at)
    await readPart(part)
    at += part.length
  }
  for (const entry of read) if (!entry.isRead) unread.add(entry)
  return inOrder(entries, read, (entry) => isWorth(entry) && unread.has(entry))
}

/** Both are in the order of their keys. Keys that came only since are told of by themselves. */
function inOrder(
  entries: readonly Entry[],
  read: readonly Entry[],
  isKnown: (entry: Entry) => boolean,
): Entry[] {
  let at = 0
  return entries.flatMap((entry) => {
    while ((read[at]?.key.compare(entry.key) ?? 0) < 0) at += 1
    const next = read[at]
    if (!next?.key.equals(entry.key)) return isKnown(entry) ? [entry] : []
    at += 1
    return [next]
  })
}

/** As many as may be asked for at once. */
function portion(wanted: readonly Wanted[], from: number): readonly Wanted[] {
  let ranges = 0
  let to = from
  for (; to < wanted.length && to - from < MOST_KEYS; to++) {
    if (to === from || wanted[to]?.at !== (wanted[to - 1]?.at ?? 0) + 1) ranges += 1
    if (ranges > MOST_RANGES) break
  }
  return wanted.slice(from, to)
}

function rangesOf(part: readonly Wanted[]): IRangeRequest[] {
  const ranges: { first: Buffer; last: Buffer; count: number; at: number }[] = []
  for (const { entry, at } of part) {
    const range = ranges.at(-1)
    if (range && range.at + 1 === at) Object.assign(range, { last: entry.key, count: range.count + 1, at })
    else ranges.push({ first: entry.key, last: entry.key, count: 1, at })
  }
  return ranges.map(({ first, last, count }) => ({ key: first, range_end: behind(last), limit: count }))
}

async function ask(members: Members, ranges: readonly IRangeRequest[], snapshot: Snapshot) {
  const { responses } = await readAt(snapshot, () => {
    const success = ranges.map((range) => ({ request_range: { ...range, ...atRevision(snapshot) } }))
    return members.ask((client, options) => client.kv.txn({ success }, options))
  })
  return responses.flatMap(({ response_range }) => response_range.kvs)
}

/** Ranges that have nothing to do with each other, as they are now, many at once. Null where the answer would be too big. */
export async function rangesNow(
  members: Members,
  ranges: readonly IRangeRequest[],
): Promise<(IRangeResponse | null)[]> {
  const parts: (readonly IRangeRequest[])[] = []
  for (let at = 0; at < ranges.length; at += MOST_RANGES) parts.push(ranges.slice(at, at + MOST_RANGES))
  return (await Promise.all(parts.map((part) => someNow(members, part)))).flat()
}

async function someNow(
  members: Members,
  ranges: readonly IRangeRequest[],
): Promise<(IRangeResponse | null)[]> {
  const success = ranges.map((range) => ({ request_range: range }))
  try {
    const { responses } = await members.ask((client, options) => client.kv.txn({ success }, options))
    return responses.map(({ response_range }) => response_range)
  } catch (error) {
    if (!isTooMuch(error)) throw error
    if (ranges.length === 1) return [null]
    const half = Math.ceil(ranges.length / 2)
    return [
      ...(await someNow(members, ranges.slice(0, half))),
      ...(await someNow(members, ranges.slice(half))),
    ]
  }
}
