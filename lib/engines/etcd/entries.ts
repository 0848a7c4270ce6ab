import type { IKeyValue, ITxnRequest, ITxnResponse } from 'etcd3'
import type { Ask } from '../../core/node.ts'
import { ownerLabel } from '../../core/owner.ts'
import { entryKey, queuePrefix } from './layout.ts'
import { endOf } from './ranges.ts'

/** How far a waiter counts who is in front of it. */
const COUNTED = 128

const rangeOf = (name: string) => {
  const key = Buffer.from(queuePrefix(name))
  return { key, range_end: endOf(key) }
}

const inOrder = { sort_order: 'Ascend', sort_target: 'Create' } as const

const written = ({ ttlMs, owner }: Ask): Buffer =>
  Buffer.from(JSON.stringify({ since: Date.now(), ttl: ttlMs, owner }))

/**
 * Puts the entry and reads who is first, in one transaction. Who waits puts it in any case and only once; who does not
 * wait puts it only if there is no other, so that a loser leaves nothing behind.
 */
export function enter(ask: Ask, lease: string): ITxnRequest {
  const range = rangeOf(ask.name)
  const key = Buffer.from(entryKey(ask.name, ask.token))
  const isNone = { target: 'Create', result: 'Equal', create_revision: '0' } as const
  const put = { request_put: { key, value: written(ask), lease } }
  const look = [
    { request_range: { ...range, ...inOrder, limit: 1 } },
    { request_range: { ...range, ...inOrder, limit: COUNTED, keys_only: true } },
    { request_range: { key } },
  ]
  return {
    compare: [ask.wait ? { ...isNone, key } : { ...isNone, ...range }],
    success: [put, ...look],
    failure: look,
  }
}

export interface Entered {
  /** Our own entry, if it is there. */
  own: IKeyValue | null
  isFirst: boolean
  holder: string | null
  place: number | null
}

export function entered(ask: Ask, { responses }: ITxnResponse): Entered {
  const [first, queue, mine] = responses.slice(-3).map((response) => response.response_range?.kvs ?? [])
  const own = mine?.[0] ?? null
  const holder = first?.[0]
  const place = own ? (queue ?? []).findIndex((entry) => entry.key.equals(own.key)) : -1
  return {
    own,
    isFirst: own !== null && holder?.key.equals(own.key) === true,
    holder: holder ? labelIn(holder.value) : null,
    place: ask.wait ? (place < 0 ? null : place - 1) : (queue ?? []).length - 1,
  }
}

export const allOf = (name: string) => ({ ...rangeOf(name), ...inOrder })

/** Who stands in an entry; null when it is not of our making. */
export function labelIn(value: Buffer): string | null {
  try {
    const { owner } = JSON.parse(value.toString())
    return typeof owner?.service === 'string' && typeof owner.host === 'string' ? ownerLabel(owner) : null
  } catch {
    return null
  }
}
