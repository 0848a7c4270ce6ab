import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { toKeyId } from '../key-id.ts'
import type { Digest } from '../roles.ts'
import { decodeOwn, type RawOwn } from './dialects/lockkeeper.ts'
import type { ClockOffset } from './node-time.ts'
import { ownName, queueOf, waitersOf } from './own-keys.ts'
import type { Reader } from './reader.ts'
import { ask, buffers, bytes, type Command, number } from './replies.ts'

/** Neither values nor queues are read beyond this. */
const LONGEST_VALUE = 4_096
const LONGEST_QUEUE = 200

/** Reads locks of ours: one trip for all of them, and two more for the queues that are not empty. */
export async function readOwn(
  reader: Reader,
  keys: readonly Buffer[],
  { digest, clock }: { digest: Digest; clock: ClockOffset },
  into: Map<KeyId, Sighting | null>,
): Promise<void> {
  if (keys.length === 0) return
  const commands: Command[] = keys.flatMap((key): Command[] => [
    ['GETRANGE', key, 0, LONGEST_VALUE - 1],
    ['PTTL', key],
    ['ZRANGE', queueOf(key), 0, LONGEST_QUEUE - 1],
    ['ZCARD', queueOf(key)],
  ])
  const sentAt = Date.now()
  const replies = await ask(reader, [['TIME'], ...commands])
  const readAt = Date.now()
  const offsetMs = clock.follow((sentAt + readAt) / 2, replies[0])
  const raws = keys.map((key, index): RawOwn => {
    const [value, expiry, queue, queued] = replies.slice(1 + index * 4, 5 + index * 4)
    return {
      key,
      name: ownName(key) ?? key,
      value: bytes(value)?.length && number(expiry) !== -2 ? bytes(value) : null,
      expiry: number(expiry),
      waiters: buffers(queue).map((ticket) => ({ ticket, record: null })),
      queued: number(queued) || 0,
      readAt,
      offsetMs,
    }
  })
  await fillRecords(
    reader,
    raws.filter(({ waiters }) => waiters.length > 0),
  )
  for (const raw of raws) into.set(toKeyId(raw.key), decodeOwn(raw, digest))
}

async function fillRecords(reader: Reader, queued: readonly RawOwn[]): Promise<void> {
  const all = queued.flatMap(({ key, waiters }) => waiters.map((waiter) => ({ key, waiter })))
  const lengths = await askAny(
    reader,
    all.map(({ key, waiter }) => ['HSTRLEN', waitersOf(key), waiter.ticket]),
  )
  const short = all.filter((_, index) => number(lengths[index]) <= LONGEST_VALUE)
  const records = await askAny(
    reader,
    short.map(({ key, waiter }) => ['HGET', waitersOf(key), waiter.ticket]),
  )
  short.forEach(({ waiter }, index) => {
    waiter.record = bytes(records[index])
  })
}

const askAny = async (reader: Reader, commands: readonly Command[]) =>
  commands.length > 0 ? await ask(reader, commands) : []
