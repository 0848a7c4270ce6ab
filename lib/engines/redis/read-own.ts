import type { Sighting } from '../../fleet/sighting.ts'
import type { Digest } from '../roles.ts'
import { decodeOwn, type RawOwn } from './dialects/lockkeeper.ts'
import type { ClockOffset } from './node-time.ts'
import { gateOf, ownName, queueOf, waitersOf } from './own-keys.ts'
import { ReadFailed } from './read-failed.ts'
import { readFields } from './read-fields.ts'
import { runReadOnly } from './read-raw-script.ts'
import { readShared } from './read-shared.ts'
import type { Way } from './read-way.ts'
import type { Reader } from './reader.ts'
import { ask, buffers, bytes, type Command, LONGEST_VALUE, list, number } from './replies.ts'
import { RAW_OWN } from './scripts.ts'

/** Queues are not read beyond this. */
const LONGEST_QUEUE = 200
const PER_KEY = 6

export interface Own {
  reader: Reader
  way: Way
  digest: Digest
  clock: ClockOffset
}

/** Locks of ours, in the order of their keys; undefined where the keys of ours may not be read. */
export async function readOwn(own: Own, keys: readonly Buffer[]): Promise<(Sighting | null | undefined)[]> {
  try {
    return await readAllowed(own, keys)
  } catch (error) {
    if (!(error instanceof ReadFailed) || !error.isForbidden) throw error
    return keys.map(() => undefined)
  }
}

/** One trip for all of them, and more for those that are more than held. */
async function readAllowed(own: Own, keys: readonly Buffer[]): Promise<(Sighting | null)[]> {
  if (keys.length === 0) return []
  const quick = await own.way.take(
    () => readHeld(own, keys),
    async () => keys.map(() => undefined),
  )
  const slow = keys.flatMap((key, index) => (quick[index] === undefined ? [{ key, index }] : []))
  const raws = await readSlowly(
    own,
    slow.map(({ key }) => key),
  )
  slow.forEach(({ index }, at) => {
    quick[index] = raws[at]
  })
  return quick.map((raw) => (raw ? decodeOwn(raw, own.digest) : null))
}

/** By one script: undefined is what has more to it, null what is not there. */
async function readHeld(
  { reader, clock }: Own,
  keys: readonly Buffer[],
): Promise<(RawOwn | null | undefined)[]> {
  const sentAt = Date.now()
  const answers = list(await runReadOnly(reader, RAW_OWN, [LONGEST_VALUE], keys))
  const readAt = Date.now()
  const time = answers[0] === 0 ? null : answers.slice(0, 2)
  const offsetMs = clock.follow((sentAt + readAt) / 2, time)
  return keys.map((key, index) => {
    const value = answers[2 + 2 * index]
    if (typeof value === 'number') return undefined
    if (!Buffer.isBuffer(value) || value.length === 0) return null
    return heldOf(key, value, Number(answers[3 + 2 * index]), readAt, offsetMs)
  })
}

/** Written out, since there are so many: objects that are spread have each a shape of their own. */
const heldOf = (
  key: Buffer,
  value: Buffer | null,
  expiry: number,
  readAt: number,
  offsetMs: number,
): RawOwn => ({
  key,
  name: ownName(key) ?? key,
  value,
  expiry,
  shared: null,
  gate: OPEN,
  waiters: [],
  queued: 0,
  readAt,
  offsetMs,
})

const OPEN = { freeze: null, holdBack: null }

async function readSlowly({ reader, clock }: Own, keys: readonly Buffer[]): Promise<RawOwn[]> {
  if (keys.length === 0) return []
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
    const there = bytes(value)?.length && number(expiry) !== -2 ? bytes(value) : null
    const raw = heldOf(key, there, number(expiry), readAt, offsetMs)
    raw.waiters = buffers(queue).map((ticket) => ({ ticket, record: null }))
    raw.queued = number(queued) || 0
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
  return raws
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
