import type { ICompare, IKeyValue, IRequestOp, ITxnRequest } from 'etcd3'
import type { Ask } from '../../core/node.ts'
import type { Owner } from '../../core/owner.ts'
import type { Done } from './bundle.ts'
import { type Gate, gateIn, gateRange } from './gate.ts'
import { entryKey, parseEntryKey, permitsPart, queuePrefix } from './layout.ts'
import { type KeyRange, rangeUnder } from './ranges.ts'
import { labelIn } from './record.ts'

/** How far a waiter counts who is in front of it. */
const COUNTED = 128

type Place = Pick<Ask, 'name' | 'token' | 'permits'>

const inOrder = { sort_order: 'Ascend', sort_target: 'Create' } as const
const isNone = { target: 'Create', result: 'Equal', create_revision: 0 } as const

export const keyOf = ({ name, token, permits }: Place): Buffer => Buffer.from(entryKey(name, token, permits))

export const queueRange = (name: string): KeyRange => rangeUnder(queuePrefix(name))

/** The queue of a name, as it is granted. */
export const queueInOrder = (name: string) => ({ ...queueRange(name), ...inOrder })

/** Tokens are hex: what begins with a later letter belongs to a semaphore. */
const BEYOND_TOKENS = 'g'

/** Where in the queue those stand who ask for another number of permits. */
function otherPermits({ name, permits }: Place): KeyRange[] {
  const { key: start, range_end: end } = queueRange(name)
  const prefix = queuePrefix(name)
  if (permits === 1) return [{ key: Buffer.from(`${prefix}${BEYOND_TOKENS}`), range_end: end }]
  const mine = rangeUnder(`${prefix}${permitsPart(permits)}`)
  return [
    { key: start, range_end: mine.key },
    { key: mine.range_end, range_end: end },
  ]
}

const owners = new WeakMap<Owner, string>()

function written({ ttlMs, permits, owner }: Ask): Buffer {
  const known = owners.get(owner) ?? JSON.stringify(owner)
  owners.set(owner, known)
  const shared = permits > 1 ? `"permits":${permits},` : ''
  return Buffer.from(`{"since":${Date.now()},"ttl":${ttlMs},${shared}"owner":${known}}`)
}

/** What is read of one queue: who is in front, and whether its gate is closed. */
const looks = ({ name, permits }: Place): IRequestOp[] => [
  { request_range: { ...queueInOrder(name), limit: permits + COUNTED } },
  { request_range: gateRange(name) },
]

/**
 * Reads how those stand who are in one queue, or want to be. Writes nothing. Infinite `upTo`: not all of them are known
 * to be among those that are counted; otherwise nobody behind this revision matters.
 */
export function look(place: Place, asking: readonly Place[], upTo: number): ITxnRequest {
  const [queue, gate] = looks(place)
  if (upTo < Number.POSITIVE_INFINITY)
    return {
      success: [{ request_range: { ...queue?.request_range, max_create_revision: upTo } }, gate ?? {}],
    }
  const owns = asking.map((one) => ({ request_range: { key: keyOf(one), keys_only: true } }))
  return { success: [...looks(place), ...owns] }
}

/** Puts the entry into the queue and reads how it stands. Does nothing where it or another number of permits is there. */
export function enqueue(ask: Ask, lease: string): ITxnRequest {
  const key = keyOf(ask)
  return {
    compare: [{ ...isNone, key }, ...otherPermits(ask).map((range): ICompare => ({ ...isNone, ...range }))],
    success: [{ request_put: { key, value: written(ask), lease } }, ...looks(ask)],
  }
}

/**
 * Puts the entry only where it is granted at once, so that a loser that does not wait leaves nothing behind: into an
 * empty queue, or into one of a semaphore that was seen with a permit left and has not changed since.
 */
export function enterOrLeave(ask: Ask, lease: string, unchangedSince: string | null): ITxnRequest {
  const mine = rangeUnder(`${queuePrefix(ask.name)}${permitsPart(ask.permits)}`)
  const free: ICompare[] = unchangedSince
    ? [
        ...otherPermits(ask).map((range): ICompare => ({ ...isNone, ...range })),
        { ...mine, target: 'Mod', result: 'Less', mod_revision: after(unchangedSince) },
      ]
    : [{ ...isNone, ...queueRange(ask.name) }]
  return {
    compare: [...free, { ...isNone, ...gateRange(ask.name) }],
    success: [{ request_put: { key: keyOf(ask), value: written(ask), lease } }],
  }
}

const after = (revision: string): string => String(Number(revision) + 1)

/** How somebody stands in a queue. */
export interface Standing {
  /** Its entry, if it is there. */
  own: { revision: string; lease: string } | null
  /** How many are in front of it, or at least as many; of all who are there when it has no entry. */
  inFront: number
  /** Whose keys those are, as far as they were read. */
  keysInFront: readonly string[]
  /** Somebody is in the queue with another number of permits. */
  disagrees: boolean
  /** Something is in the queue that is not of our making. */
  foreign: boolean
  holder: string | null
  gate: Gate | null
}

/** What a transaction found about one of those who asked in it; `put` when it has just put the entry. */
export function standingIn(
  { responses }: Pick<Done, 'responses'>,
  ask: Place,
  at: number | null,
  put: Standing['own'],
): Standing {
  const [queue, gates, ...owns] = responses
    .filter(({ response_range }) => response_range)
    .map(({ response_range }) => response_range)
  const kvs = queue?.kvs ?? []
  const own = put ?? ownIn(owns.length > 0 && at !== null ? (owns[at]?.kvs ?? []) : kvs, ask)
  const ahead = own ? kvs.filter((kv) => Number(kv.create_revision) < Number(own.revision)) : kvs
  const [holder] = kvs
  const permits = kvs.map(({ key }) => parseEntryKey(key.toString())?.permits ?? null)
  return {
    own,
    inFront: own ? ahead.length : Number(queue?.count ?? 0),
    keysInFront: ahead.map(({ key }) => key.toString()),
    disagrees: permits.some((other) => other !== null && other !== ask.permits),
    foreign: permits.includes(null),
    holder: holder ? labelIn(holder.value) : null,
    gate: gateIn(gates?.kvs ?? []),
  }
}

function ownIn(kvs: readonly IKeyValue[], ask: Place): Standing['own'] {
  const key = keyOf(ask)
  const found = kvs.findLast((kv) => kv.key.equals(key))
  return found ? { revision: found.create_revision, lease: found.lease } : null
}

/** Whether an entry with so many in front is among those that are read of a queue. */
export const isCounted = (inFront: number, permits: number): boolean => inFront < permits + COUNTED

/** Whether the entry is a hold: of the first, and not come while the gate was closed. */
export const isHold = ({ own, inFront, gate }: Standing, permits: number): boolean =>
  own !== null && inFront < permits && (gate === null || Number(own.revision) <= gate.holds)
