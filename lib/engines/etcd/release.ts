import type { IRequestOp, IResponseOp, ITxnRequest } from 'etcd3'
import type { Answer, Handed, HoldRef } from '../../core/node.ts'
import { bundle, type Done, MOST_PARTS, portions, unbundle } from './bundle.ts'
import { isHold, keyOf, look, queueInOrder, standingIn } from './entries.ts'
import { notHeld, unknown } from './failure.ts'
import { gateIn, gateRange } from './gate.ts'
import { fenceOf, ticketOf } from './hearing.ts'
import { parseEntryKey } from './layout.ts'
import { CALL_WITHIN_MS, type KnownEntry, type Means } from './means.ts'
import { noticeKeyOf } from './notices.ts'

/** Takes entries out. They bear the token in their key: nobody else's can be deleted by it. */
export async function release(holds: readonly HoldRef[], means: Means): Promise<Answer[]> {
  const answers = portions(holds, MOST_PARTS).map((some) => releaseSome(some, means))
  return (await Promise.all(answers)).flat()
}

async function releaseSome(holds: readonly HoldRef[], means: Means): Promise<Answer[]> {
  const { cluster, late } = means
  const known = holds.map((hold) => forget(hold, means))
  const parts = holds.map((hold, at) => takeOut(hold, known[at]?.held === true, means))
  try {
    const answer = await cluster.write(
      (client, options) => client.kv.txn(bundle(parts), options),
      CALL_WITHIN_MS,
    )
    const done = unbundle(parts.length, answer)
    return holds.map((hold, at) => answerTo(hold, done[at] as Done, means))
  } catch (error) {
    // Their lease may be kept alive by others for ever, long after the caller has stopped trying.
    holds.forEach((hold, at) => {
      const entry = known[at]
      if (entry?.sure) late.forget(keyOf(hold).toString(), entry.lease)
    })
    return holds.map(() => unknown(error))
  }
}

function forget(hold: HoldRef, { entries, late, turns }: Means): KnownEntry | undefined {
  const entry = entries.get(hold.token)
  if (entry && !entry.sure) late.forget(keyOf(hold).toString(), entry.lease)
  entries.delete(hold.token)
  turns.leaves(hold.name, hold.token)
  return entry
}

/** Whether it holds or waits is looked at before, unless it is known to hold; and who is next, if that may be one of us. */
function takeOut(hold: HoldRef, isHeld: boolean, { turns }: Means): ITxnRequest {
  const before = isHeld ? [] : (look(hold, [hold], Number.POSITIVE_INFINITY).success ?? [])
  const after = turns.has(hold.name) ? whoHolds(hold) : []
  const deletes: IRequestOp[] = [
    { request_delete_range: { key: keyOf(hold) } },
    { request_delete_range: { key: noticeKeyOf(hold.name, hold.token) } },
  ]
  return { success: [...before, ...deletes, ...after] }
}

const whoHolds = ({ name, permits }: HoldRef): IRequestOp[] => [
  { request_range: { ...queueInOrder(name), limit: permits, keys_only: true } },
  { request_range: gateRange(name) },
]

function answerTo(hold: HoldRef, { responses }: Done, means: Means): Answer {
  const first = responses.findIndex(isDelete)
  const [before, after] = [responses.slice(0, first), responses.slice(first + 2)]
  const isGone = Number(responses[first]?.response_delete_range.deleted) > 0
  const isWait = before.length > 0 && !isHold(standingIn({ responses: before }, hold, 0, null), hold.permits)
  if (!isGone || isWait) return notHeld
  const handed = after.length > 0 ? handedIn(hold, after, means) : null
  return { outcome: 'granted', fence: null, ...(handed ? { handed } : {}) }
}

const isDelete = ({ response_delete_range }: IResponseOp): boolean => Boolean(response_delete_range)

/** Who of this process holds since this release. Others hear it from their watch, and so do we if this answer is lost. */
function handedIn(hold: HoldRef, after: readonly IResponseOp[], { turns, entries }: Means): Handed | null {
  const [queue, gates] = after.map(({ response_range }) => response_range.kvs)
  const gate = gateIn(gates ?? [])
  for (const { key, create_revision } of queue ?? []) {
    const { token = '', permits } = parseEntryKey(key.toString()) ?? {}
    const [waiter, entry] = [turns.waiterOf(hold.name, token), entries.get(token)]
    if (!waiter || !entry || entry.held || permits !== hold.permits) continue
    if (waiter.process !== hold.process || create_revision !== waiter.revision) continue
    if (gate && Number(create_revision) > gate.holds) continue
    entry.held = true
    return { name: hold.name, ticket: ticketOf(waiter), fence: fenceOf(waiter) }
  }
  return null
}
