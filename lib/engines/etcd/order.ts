import type { IKeyValue, ITxnRequest } from 'etcd3'
import type { Answer, Order } from '../../core/node.ts'
import { queueInOrder, queueRange } from './entries.ts'
import { CallFailed, notHeld, unknown } from './failure.ts'
import { type Gate, gateIn, gateRange } from './gate.ts'
import { closingKey, gateKey, parseEntryKey } from './layout.ts'
import { CALL_WITHIN_MS, type Means } from './means.ts'
import { noticeKeyOf, writtenNotice } from './notices.ts'
import { secondsOf } from './process-leases.ts'
import { holdersIn } from './read.ts'
import { numberIn, parseRecord } from './record.ts'

type Closing = Extract<Order, { forMs: number }>
type Telling = Extract<Order, { token: string | null }>

/** Who holds may change between the look and the act. */
const MOST_LOOKS = 5
const LONGEST_MS = 24 * 3_600_000
/** A hold that does not say its TTL is told for as long. */
const TTL_UNKNOWN_MS = 60_000

export async function order(orders: readonly Order[], means: Means): Promise<Answer[]> {
  return Promise.all(orders.map((one) => carryOut(one, means).catch((error: unknown) => unknown(error))))
}

function carryOut(one: Order, means: Means): Promise<Answer> {
  if (one.act === 'unfreeze') return unfreeze(one.name, means)
  return 'forMs' in one ? close(one, means) : tell(one, means)
}

const granted: Answer = { outcome: 'granted', fence: null }

async function unfreeze(name: string, { cluster }: Means): Promise<Answer> {
  const key = Buffer.from(gateKey(name, 'freeze'))
  await cluster.write((client, options) => client.kv.deleteRange({ key }, options), CALL_WITHIN_MS)
  return granted
}

interface Seen {
  queue: IKeyValue[]
  holders: IKeyValue[]
  gate: Gate | null
}

async function lookAt(name: string, { cluster }: Means): Promise<Seen> {
  const success = [{ request_range: queueInOrder(name) }, { request_range: gateRange(name) }]
  const { responses } = await cluster.ask(
    (client, options) => client.kv.txn({ success }, options),
    CALL_WITHIN_MS,
  )
  const [queue = [], gates = []] = responses.map(({ response_range }) => response_range.kvs)
  const gate = gateIn(gates)
  return { queue, holders: holdersIn(queue, gate).holders, gate }
}

/** Acts on what was seen, as long as it is so; looks again when it is not. */
async function actOnSeen(
  name: string,
  means: Means,
  act: (seen: Seen) => Pick<ITxnRequest, 'compare' | 'success'> | null,
): Promise<Answer> {
  for (let turn = 0; turn < MOST_LOOKS; turn++) {
    const request = act(await lookAt(name, means))
    if (!request) return notHeld
    const { succeeded } = await means.cluster.write(
      (client, options) => client.kv.txn(request, options),
      CALL_WITHIN_MS,
    )
    if (succeeded) return granted
  }
  return unknown(new CallFailed('who holds it changes all the time', false))
}

const asSeen = ({ key, mod_revision }: IKeyValue) =>
  ({ key, target: 'Mod', result: 'Equal', mod_revision }) as const

/** With the key of a gate stands who held by then, since from now on the first in the queue need not be a holder. */
async function close(one: Closing, means: Means): Promise<Answer> {
  const { name, act } = one
  const forMs = Math.min(one.forMs, LONGEST_MS)
  return onLease(forMs, 'take it back', means, async (lease) => {
    const closing = { key: Buffer.from(closingKey(name)), value: Buffer.alloc(0), lease }
    await means.cluster.write((client, options) => client.kv.put(closing, options), CALL_WITHIN_MS)
    return actOnSeen(name, means, ({ queue, holders, gate }) => {
      const newest = holders.at(-1)
      const holds = gate?.holds ?? Number(newest?.create_revision ?? 0)
      const value = {
        until: Date.now() + forMs,
        ...(one.act === 'freeze' ? { by: one.by, message: one.message } : {}),
        holds: String(holds),
      }
      return {
        compare: [...holders.slice(-MOST_COMPARED).map(asSeen), ...nobodyCame(name, queue)],
        success: [
          put(gateKey(name, act), value, lease),
          { request_delete_range: { key: Buffer.from(closingKey(name)) } },
        ],
      }
    })
  })
}

const MOST_COMPARED = 100

/** Where nobody holds, nobody has come meanwhile; behind a holder whoever came waits. */
function nobodyCame(name: string, queue: readonly IKeyValue[]): ITxnRequest['compare'] & object {
  const newest = Math.max(0, ...queue.map(({ mod_revision }) => Number(mod_revision)))
  return [{ ...queueRange(name), target: 'Mod', result: 'Less', mod_revision: String(newest + 1) }]
}

const put = (key: string, value: unknown, lease: string) => ({
  request_put: { key: Buffer.from(key), value: Buffer.from(JSON.stringify(value)), lease },
})

/**
 * A notice goes with the hold's own lease. Whoever lapses is moved to a lease that nobody keeps alive, so that it ends
 * whatever its process does.
 */
async function tell(one: Telling, means: Means): Promise<Answer> {
  const { name, token, act: kind, by, message } = one
  const value = writtenNotice({ kind, by, message })
  const told = (seen: Seen): IKeyValue[] =>
    seen.holders.filter(({ key }) => token === null || parseEntryKey(key.toString())?.token === token)
  const notice = (entry: IKeyValue, lease: string) => {
    const key = noticeKeyOf(name, parseEntryKey(entry.key.toString())?.token ?? '')
    return { request_put: { key, value, lease } }
  }
  if (kind === 'ask')
    return actOnSeen(name, means, (seen) => {
      const holders = told(seen)
      if (holders.length === 0) return null
      return { compare: holders.map(asSeen), success: holders.map((entry) => notice(entry, entry.lease)) }
    })
  const longest = told(await lookAt(name, means)).reduce((most, entry) => Math.max(most, ttlOf(entry)), 0)
  if (longest === 0) return notHeld
  return onLease(longest, 'let it end', means, (lease) =>
    actOnSeen(name, means, (seen) => {
      const holders = told(seen)
      if (holders.length === 0) return null
      const moved = holders.map(({ key }) => ({ request_put: { key, ignore_value: true, lease } }))
      return {
        compare: holders.map(asSeen),
        success: [...moved, ...holders.map((entry) => notice(entry, lease))],
      }
    }),
  )
}

const ttlOf = ({ value }: IKeyValue): number => numberIn(parseRecord(value), 'ttl') ?? TTL_UNKNOWN_MS

/** On a lease of its own. Taken back when nothing is known, it leaves nothing that a late put could hang on. */
async function onLease(
  ms: number,
  whenUnknown: 'take it back' | 'let it end',
  { cluster }: Means,
  act: (lease: string) => Promise<Answer>,
): Promise<Answer> {
  const { ID } = await cluster.write(
    (client, options) => client.leaseClient.leaseGrant({ TTL: secondsOf(ms) }, options),
    CALL_WITHIN_MS,
  )
  const answer = await act(ID).catch((error: unknown) => unknown(error))
  const isOpen = answer.outcome === 'unknown' && answer.maybeDone
  if (isOpen ? whenUnknown === 'take it back' : answer.outcome !== 'granted')
    await cluster
      .write((client, options) => client.leaseClient.leaseRevoke({ ID }, options), CALL_WITHIN_MS)
      .catch(() => {})
  return answer
}
