import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { Digest } from '../roles.ts'
import { decodeOwn, type RawOwn } from './dialects/lockkeeper.ts'
import type { ClockOffset } from './node-time.ts'
import { gateOf, ownName, queueOf, waitersOf } from './own-keys.ts'
import { readFields } from './read-fields.ts'
import { readShared } from './read-shared.ts'
import type { Reader } from './reader.ts'
import { ask, buffers, bytes, type Command, LONGEST_VALUE, number } from './replies.ts'

/** Queues are not read beyond this. */
const LONGEST_QUEUE = 200
const PER_KEY = 6

/** Reads locks of ours: one trip for all of them, and more for those with a queue, a gate or several holders. */
export async function readOwn(
  reader: Reader,
  keys: readonly Buffer[],
  { digest, clock }: { digest: Digest; clock: ClockOffset },
  into: Map<KeyId, Sighting | null>,
): Promise<void> {
  if (keys.length === 0) return
  const commands = keys.flatMap((key): Command[] => [
    ['GETRANGE', key, 0, LONGEST_VALUE - 1],
    ['PTTL', key],
    ['HSTRLEN', key, 'permits'],
    ['ZRANGE', queueOf(key), 0, LONGEST_QUEUE - 1],
    ['ZCARD', queueOf(key)],
    ['HLEN', gateOf(key)],
  ])
  const sentAt = Date.now()
  const replies = await ask(reader, [['TIME'], ...commands])
  const readAt = Date.now()
  const offsetMs = clock.follow((sentAt + readAt) / 2, replies[0])
  const found = keys.map((key, index) => {
    const at = 1 + index * PER_KEY
    const [value, expiry, permits, queue, queued, gates] = replies.slice(at, at + PER_KEY)
    const raw: RawOwn = {
      key,
      name: ownName(key) ?? key,
      value: bytes(value)?.length && number(expiry) !== -2 ? bytes(value) : null,
      expiry: number(expiry),
      shared: null,
      gate: { freeze: null, holdBack: null },
      waiters: buffers(queue).map((ticket) => ({ ticket, record: null })),
      queued: number(queued) || 0,
      readAt,
      offsetMs,
    }
    return { raw, isShared: number(permits) > 0, isClosed: number(gates) > 0 }
  })
  const raws = found.map(({ raw }) => raw)
  await readWaiters(reader, raws)
  await readGates(
    reader,
    found.flatMap(({ raw, isClosed }) => (isClosed ? [raw] : [])),
  )
  await readShared(
    reader,
    found.flatMap(({ raw, isShared }) => (isShared ? [raw] : [])),
  )
  for (const raw of raws) into.set(toKeyId(raw.key), decodeOwn(raw, digest))
}

async function readWaiters(reader: Reader, raws: readonly RawOwn[]): Promise<void> {
  const all = raws.flatMap(({ key, waiters }) => waiters.map((waiter) => ({ key: waitersOf(key), waiter })))
  const records = await readFields(
    reader,
    all.map(({ key, waiter }) => ({ key, field: waiter.ticket })),
  )
  all.forEach(({ waiter }, index) => {
    waiter.record = records[index] ?? null
  })
}

async function readGates(reader: Reader, raws: readonly RawOwn[]): Promise<void> {
  const records = await readFields(
    reader,
    raws.flatMap(({ key }) => [
      { key: gateOf(key), field: 'freeze' },
      { key: gateOf(key), field: 'hold-back' },
    ]),
  )
  raws.forEach((raw, index) => {
    const [freeze, holdBack] = records.slice(2 * index, 2 * index + 2)
    raw.gate = { freeze: freeze ?? null, holdBack: holdBack ?? null }
  })
}
