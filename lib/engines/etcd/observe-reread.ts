import type { IRangeRequest, IRangeResponse } from 'etcd3'
import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId } from '../key-id.ts'
import type { Entry } from './dialects/entry.ts'
import type { Reading } from './observe-reading.ts'
import { queueOf, readQueue, sightingOf, type Telling } from './queue.ts'
import { endOf, entryOf, pagesUnder, type Snapshot } from './ranges.ts'
import { rangesNow, withValues } from './ranges-values.ts'
import { gateOfQueue, isOurs } from './seen-gate.ts'

/** A longer queue is read page by page. */
const SHORT_QUEUE = 500
/** For so few somebody may be looking at them, and their leases are asked for. */
const FEW = 32
const SLASH = '/'.charCodeAt(0)

/** What was read of one lock. */
interface Found {
  id: KeyId
  /** Of those who hold it. */
  leases: readonly string[]
  tell(telling: Telling): Sighting | null
}

export async function rereadLocks(
  reading: Reading,
  keys: readonly KeyId[],
): Promise<Map<KeyId, Sighting | null>> {
  const asked = keys.map((id) => ({ id, key: fromKeyId(id) }))
  const ranges = asked.map(({ key }) => rangesOf(key))
  const answers = await rangesNow(reading.members, ranges.flat())
  const found: Found[] = []
  for (const [index, { id, key }] of asked.entries()) {
    const own = answers.splice(0, ranges[index]?.length ?? 0)
    found.push(isQueue(key) ? await queueFound(reading, id, key, own) : keyFound(reading, id, own))
  }
  if (found.length <= FEW) await reading.leases.ask(found.flatMap(({ leases }) => leases))
  const telling = reading.telling(Date.now())
  return new Map(found.map(({ id, tell }) => [id, tell(telling)]))
}

const isQueue = (key: Buffer): boolean => key.at(-1) === SLASH

function rangesOf(key: Buffer): IRangeRequest[] {
  if (!isQueue(key)) return [{ key }]
  const gates = gateOfQueue(key)
  const under = (prefix: Buffer) => ({ key: prefix, range_end: endOf(prefix), limit: SHORT_QUEUE })
  return gates ? [under(key), under(gates)] : [under(key)]
}

type Answers = readonly (IRangeResponse | null)[]

async function queueFound(reading: Reading, id: KeyId, prefix: Buffer, answers: Answers): Promise<Found> {
  const [entries, gates] = answers
  const inIt = entries && !entries.more ? entries.kvs.map((kv) => entryOf(kv)) : await inFull(reading, prefix)
  const direct = inIt.filter(({ key }) => queueOf(key)?.equals(prefix))
  const queue = readQueue(prefix, direct, gates?.kvs.map((kv) => entryOf(kv)) ?? [], reading.pinned)
  const holders = queue?.claims.slice(0, queue.claims[0]?.permits) ?? []
  return {
    id,
    leases: holders.map(({ entry }) => entry.lease),
    tell: (telling) => queue && sightingOf(queue, telling),
  }
}

/** Those directly in a queue that is long, has big values, or has much else under its prefix. */
async function inFull(reading: Reading, prefix: Buffer): Promise<Entry[]> {
  const snapshot: Snapshot = { revision: null }
  const isOwn = isOurs(prefix)
  const isDirect = ({ key }: Entry) => queueOf(key)?.equals(prefix) === true
  const found: Entry[] = []
  for await (const page of pagesUnder(reading.members, prefix, snapshot, !isOwn)) {
    const direct = page.filter(isDirect)
    found.push(
      ...(isOwn ? direct : await withValues(reading.members, direct, isDirect, snapshot, reading.unread)),
    )
  }
  return found
}

function keyFound(reading: Reading, id: KeyId, [answer]: Answers): Found {
  const [kv] = answer?.kvs ?? []
  const entry = kv && entryOf(kv)
  const tell = (telling: Telling) => (entry ? reading.ofKey(entry, telling) : null)
  const isLock = tell(reading.telling(Date.now())) !== null
  // A value too big for an answer is no lock.
  if (!isLock) reading.isGone(id)
  return { id, leases: entry && isLock ? [entry.lease] : [], tell }
}
