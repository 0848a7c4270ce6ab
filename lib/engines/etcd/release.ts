import type { IRequestOp, IResponseOp, ITxnRequest } from 'etcd3'
import type { Answer, HoldRef } from '../../core/node.ts'
import { bundle, type Done, MOST_PARTS, portions, unbundle } from './bundle.ts'
import { isHold, keyOf, look, standingIn } from './entries.ts'
import { notHeld, unknown } from './failure.ts'
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
  const parts = holds.map((hold, at) => takeOut(hold, known[at]?.held === true))
  try {
    const answer = await cluster.write(
      (client, options) => client.kv.txn(bundle(parts), options),
      CALL_WITHIN_MS,
    )
    const done = unbundle(parts.length, answer)
    return holds.map((hold, at) => answerTo(hold, done[at] as Done))
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

/** Whether it holds or waits is looked at before, unless it is known to hold. */
function takeOut(hold: HoldRef, isHeld: boolean): ITxnRequest {
  const deletes: IRequestOp[] = [
    { request_delete_range: { key: keyOf(hold) } },
    { request_delete_range: { key: noticeKeyOf(hold.name, hold.token) } },
  ]
  return {
    success: isHeld ? deletes : [...(look(hold, [hold], Number.POSITIVE_INFINITY).success ?? []), ...deletes],
  }
}

function answerTo(hold: HoldRef, done: Done): Answer {
  const deleted = done.responses.find(isDelete)?.response_delete_range.deleted
  if (Number(deleted) === 0) return notHeld
  const looked = done.responses.some(({ response_range }) => response_range)
  if (looked && !isHold(standingIn(done, hold, 0, null), hold.permits)) return notHeld
  return { outcome: 'granted', fence: null }
}

const isDelete = ({ response_delete_range }: IResponseOp): boolean => Boolean(response_delete_range)
