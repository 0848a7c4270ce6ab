import type { Ask, HoldRef, Order, Renewal, WaitRef } from '../../core/node.ts'
import type { Owner } from '../../core/owner.ts'
import type { Indexed } from './index-writer.ts'
import { lockKey } from './layout.ts'

/** What a script is called with: the number of keys; the node's own keys, then a lock's per tuple; arguments. */
export type Call = (string | number)[]

/** What a call needs to know of the node that it goes to. */
export interface Place {
  /** Its own keys. */
  own: readonly string[]
  /** Null = it decides alone. */
  quarantineMs: number | null
  /** '' = not known. */
  runId: string
}

const aloneArg = ({ quarantineMs }: Place): string => (quarantineMs === null ? '1' : '0')
const slotArg = (slot: number | null): number | '' => slot ?? ''

/** `startedMs`: when it was asked, by the node's clock; null = that is not known, and it may be done at any time. */
export function attemptCall(asks: readonly Ask[], place: Place, startedMs: number | null): Call {
  const alone = asks.some((ask) => ask.alone) ? '1' : '0'
  const call = begin(asks, place, place.quarantineMs ?? '', place.runId, alone)
  inRuns(
    call,
    asks,
    isLikeAsk,
    (ask) => [
      ...[ask.ttlMs, ask.permits, slotArg(ask.slot), ask.heartbeatMs ?? ''],
      ...[
        startedMs === null ? 0 : Math.ceil(startedMs + ask.withinMs),
        ask.alone ? '1' : '0',
        ownerJson(ask.owner),
      ],
    ],
    (ask) => (ask.proposal === null ? ask.token : ask.token + ask.proposal),
  )
  return call
}

export function renewCall(holds: readonly Renewal[], place: Place): Call {
  const call = begin(holds, place)
  inRuns(
    call,
    holds,
    isLikeHold,
    (hold) => [hold.ttlMs, hold.permits, slotArg(hold.slot)],
    (hold) => (hold.raiseTo === null ? hold.token : hold.token + hold.raiseTo),
  )
  return call
}

/** `isIndexed`: whether the index may have been told of the hold. */
export function releaseCall(
  holds: readonly HoldRef[],
  place: Place,
  isIndexed: (hold: HoldRef) => boolean,
): Call {
  const call = begin(holds, place, aloneArg(place))
  inRuns(
    call,
    holds,
    isLikeHold,
    (hold) => [hold.permits, slotArg(hold.slot), hold.process],
    (hold) => (isIndexed(hold) ? hold.token : `${hold.token}-`),
  )
  return call
}

export function queueCall(waits: readonly WaitRef[], place: Place): Call {
  const call = begin(waits, place)
  for (const { ticket, permits, heartbeatMs, owner } of waits)
    call.push(ticket, permits, heartbeatMs, ownerJson(owner))
  return call
}

export function leaveCall(waits: readonly WaitRef[], place: Place): Call {
  const call = begin(waits, place)
  for (const { ticket, permits } of waits) call.push(ticket, permits)
  return call
}

export function orderCall(orders: readonly Order[], place: Place): Call {
  const call = begin(orders, place, aloneArg(place))
  for (const order of orders) {
    const token = 'token' in order ? (order.token ?? '') : ''
    call.push(order.act, 'forMs' in order ? order.forMs : 0, token, restOf(order))
  }
  return call
}

export function indexCall(some: readonly Indexed[], place: Place): Call {
  return begin(some, place, ...some.map(({ ttlMs }) => ttlMs))
}

export function readCall(names: readonly string[], place: Place): Call {
  return begin(
    names.map((name) => ({ name })),
    place,
    aloneArg(place),
  )
}

function begin(tuples: readonly { name: string }[], { own }: Place, ...args: (string | number)[]): Call {
  const call: Call = [own.length + tuples.length, ...own]
  for (const { name } of tuples) call.push(lockKey(name))
  call.push(own.length, ...args)
  return call
}

/** What tuples that follow one another have in common is said once. */
function inRuns<T>(
  call: Call,
  tuples: readonly T[],
  isLike: (one: T, other: T) => boolean,
  headOf: (tuple: T) => (string | number)[],
  itemOf: (tuple: T) => string,
): void {
  let at = 0
  while (at < tuples.length) {
    const head = tuples[at] as T
    const begin = at
    const countAt = call.length
    call.push(0, ...headOf(head))
    do call.push(itemOf(tuples[at++] as T))
    while (at < tuples.length && isLike(head, tuples[at] as T))
    call[countAt] = at - begin
  }
}

const isLikeHold = (one: HoldRef, other: HoldRef): boolean =>
  one.ttlMs === other.ttlMs &&
  one.permits === other.permits &&
  one.slot === other.slot &&
  one.process === other.process

const isLikeAsk = (one: Ask, other: Ask): boolean =>
  one.ttlMs === other.ttlMs &&
  one.permits === other.permits &&
  one.slot === other.slot &&
  one.heartbeatMs === other.heartbeatMs &&
  one.withinMs === other.withinMs &&
  one.alone === other.alone &&
  one.owner === other.owner

const ownerJsons = new WeakMap<Owner, string>()

/** The process first: that is where the scripts look for whom to tell. */
function ownerJson(owner: Owner): string {
  const known = ownerJsons.get(owner)
  if (known !== undefined) return known
  const { process, ...rest } = owner
  const json = JSON.stringify({ process, ...rest })
  ownerJsons.set(owner, json)
  return json
}

/** The rest of a json that the script begins: what was said, and by whom. */
function restOf(order: Order): string {
  switch (order.act) {
    case 'freeze':
      return `,${JSON.stringify({ by: order.by, message: order.message }).slice(1)}`
    case 'ask':
    case 'lapse':
      return JSON.stringify({ by: order.by, message: order.message }).slice(1)
    case 'hold-back':
      return '}'
    case 'unfreeze':
      return ''
  }
}
