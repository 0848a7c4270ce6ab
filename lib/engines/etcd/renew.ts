import type { IResponseOp } from 'etcd3'
import type { Answer, Renewal } from '../../core/node.ts'
import { portions } from './bundle.ts'
import { keyOf } from './entries.ts'
import { CallFailed, notHeld, unknown } from './failure.ts'
import type { Kept } from './keep-alives.ts'
import { CALL_WITHIN_MS, type Means } from './means.ts'
import { noticeIn, noticeKeyOf } from './notices.ts'

/** An entry and its notice each. */
const PER_READING = 64

interface Read {
  entry: IResponseOp | undefined
  notice: IResponseOp | undefined
  term: number
}

/** One keep-alive for each lease, and beside it a look at the entries: a lease may live on without them. */
export async function renew(holds: readonly Renewal[], means: Means): Promise<Answer[]> {
  const leases = new Set(holds.flatMap(({ token }) => means.entries.get(token)?.lease ?? []))
  const keeping = [...leases].map(
    async (id): Promise<[string, Kept | null | CallFailed]> => [
      id,
      await means.leases.keepAlive(id, CALL_WITHIN_MS).catch((error) => new CallFailed(error)),
    ],
  )
  const reading = portions(holds, PER_READING).map((some) => readAll(some, means))
  const kept = new Map(await Promise.all(keeping))
  const reads = (await Promise.all(reading)).flat()
  return holds.map((hold, at) => answer(hold, reads[at] ?? new CallFailed('an empty answer'), kept, means))
}

async function readAll(holds: readonly Renewal[], { cluster }: Means): Promise<(Read | CallFailed)[]> {
  const success = holds.flatMap((hold) => [
    { request_range: { key: keyOf(hold), keys_only: true } },
    { request_range: { key: noticeKeyOf(hold.name, hold.token) } },
  ])
  try {
    const { responses, header } = await cluster.ask(
      (client, options) => client.kv.txn({ success }, options),
      CALL_WITHIN_MS,
    )
    const term = Number(header.raft_term)
    return holds.map((_, at) => ({ entry: responses[2 * at], notice: responses[2 * at + 1], term }))
  } catch (error) {
    const failure = error instanceof CallFailed ? error : new CallFailed(error)
    return holds.map(() => failure)
  }
}

function answer(
  { name, token, permits }: Renewal,
  read: Read | CallFailed,
  kept: ReadonlyMap<string, Kept | null | CallFailed>,
  { entries, turns }: Means,
): Answer {
  const entry = entries.get(token)
  if (!entry) return notHeld
  if (read instanceof CallFailed) return unknown(read)
  const alive = kept.get(entry.lease)
  const own = read.entry?.response_range.kvs[0]
  if (!own || alive === null) {
    entries.delete(token)
    turns.leaves(name, token)
    return notHeld
  }
  const notice = noticeIn(read.notice?.response_range.kvs[0])
  // Whoever lapses was moved to a lease that is not ours.
  if (notice?.kind === 'lapse' || own.lease !== entry.lease) {
    const { by = '', message = '' } = notice ?? {}
    return { ...notHeld, why: 'lapsing', notice: { kind: 'lapse', by, message } }
  }
  if (alive instanceof CallFailed) return unknown(alive)
  // It has to be the same leader that has kept the lease alive and seen the entry.
  if (!alive || alive.term < read.term) return unknown(new CallFailed('its lease is not known to live'))
  const fence = permits > 1 ? null : own.create_revision
  return { outcome: 'granted', fence, ...(notice ? { notice } : {}) }
}
