import type { IRangeRequest, IRangeResponse } from 'etcd3'
import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId } from '../key-id.ts'
import type { Entry } from './dialects/entry.ts'
import type { Reading } from './observe-reading.ts'
import { holdingOf, queueOf, readQueue, sightingOf, type Telling } from './queue.ts'
import { endOf, entryOf, pagesUnder, type Snapshot } from './ranges.ts'
import { rangesNow, withValues } from './ranges-values.ts'
import { gateOfQueue, isOurs, queueOfGate } from './seen-gate.ts'

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
  const gatePrefixes = asked.flatMap(({ key }) => gateOfQueue(key) ?? [])
  const answers = await rangesNow(reading.members, [
    ...asked.map(({ key }) => rangeOf(key)),
    ...gatesBetween(gatePrefixes),
  ])
  const between = answers.splice(keys.length)
  const isAll = between.every((answer) => answer && !answer.more)
  const gates = gatesIn(isAll ? between : await rangesNow(reading.members, gatePrefixes.map(under)))
  const found: Found[] = []
  for (const [index, { id, key }] of asked.entries()) {
    const answer = answers[index] ?? null
    found.push(
      isQueue(key) ? await queueFound(reading, id, key, answer, gates) : keyFound(reading, id, answer),
    )
  }
  if (found.length <= FEW) await reading.leases.ask(found.flatMap(({ leases }) => leases))
  const telling = reading.telling(Date.now())
  return new Map(found.map(({ id, tell }) => [id, tell(telling)]))
}

const isQueue = (key: Buffer): boolean => key.at(-1) === SLASH

const rangeOf = (key: Buffer): IRangeRequest => (isQueue(key) ? under(key) : { key })
const under = (prefix: Buffer): IRangeRequest => ({
  ...{ key: prefix, range_end: endOf(prefix) },
  limit: SHORT_QUEUE,
})

/** A gate is seldom there: of many queues all between the first and the last are read at once. */
function gatesBetween(prefixes: readonly Buffer[]): IRangeRequest[] {
  const sorted = [...prefixes].sort(Buffer.compare)
  const [first] = sorted
  const last = sorted.at(-1)
  return first && last ? [{ key: first, range_end: endOf(last), limit: SHORT_QUEUE }] : []
}

type Gates = ReadonlyMap<string, Entry[]>

/** By their queues. */
function gatesIn(answers: readonly (IRangeResponse | null)[]): Gates {
  const gates = new Map<string, Entry[]>()
  for (const kv of answers.flatMap((answer) => answer?.kvs ?? [])) {
    const queue = queueOfGate(kv.key)?.toString('latin1')
    if (queue !== undefined) gates.set(queue, [...(gates.get(queue) ?? []), entryOf(kv)])
  }
  return gates
}

async function queueFound(
  reading: Reading,
  id: KeyId,
  prefix: Buffer,
  answer: IRangeResponse | null,
  gates: Gates,
): Promise<Found> {
  const inIt = answer && !answer.more ? answer.kvs.map((kv) => entryOf(kv)) : await inFull(reading, prefix)
  const direct = inIt.filter(({ key }) => queueOf(key)?.equals(prefix))
  const queue = readQueue(prefix, direct, gates.get(prefix.toString('latin1')), reading.pinned)
  const holders = queue?.claims.slice(0, holdingOf(queue)) ?? []
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
    const direct = isOwn
      ? page.filter(isDirect)
      : await withValues(reading.members, page, isDirect, snapshot, reading.unread)
    for (const entry of direct) found.push(entry)
  }
  return found
}

function keyFound(reading: Reading, id: KeyId, answer: IRangeResponse | null): Found {
  const [kv] = answer?.kvs ?? []
  const entry = kv && entryOf(kv)
  const tell = (telling: Telling) => (entry ? reading.ofKey(entry, telling) : null)
  const isLock = tell(reading.telling(Date.now())) !== null
  // A value too big for an answer is no lock.
  if (!isLock) reading.isGone(id)
  return { id, leases: entry && isLock ? [entry.lease] : [], tell }
}
