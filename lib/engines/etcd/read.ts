import type { IKeyValue } from 'etcd3'
import type { Reading } from '../../core/node.ts'
import type { Cluster } from './connect.ts'
import { queueInOrder } from './entries.ts'
import { type Gate, gateIn, gateRange } from './gate.ts'
import { parseEntryKey } from './layout.ts'
import { CALL_WITHIN_MS } from './means.ts'
import { labelIn } from './record.ts'

/** Who holds of those in a queue: the first, unless they came while its gate was closed. */
export function holdersIn(
  queue: readonly IKeyValue[],
  gate: Gate | null,
): { holders: IKeyValue[]; permits: number } {
  const [first] = queue
  const permits = first ? (parseEntryKey(first.key.toString())?.permits ?? 1) : 1
  const holders = queue
    .slice(0, permits)
    .filter((entry) => gate === null || Number(entry.create_revision) <= gate.holds)
  return { holders, permits }
}

export async function readOne(cluster: Cluster, name: string): Promise<Reading> {
  const success = [{ request_range: queueInOrder(name) }, { request_range: gateRange(name) }]
  const { responses } = await cluster.ask(
    (client, options) => client.kv.txn({ success }, options),
    CALL_WITHIN_MS,
  )
  const [queue, gates] = responses.map(({ response_range }) => response_range.kvs)
  const gate = gateIn(gates ?? [])
  const { holders, permits } = holdersIn(queue ?? [], gate)
  const [holder] = holders
  return {
    name,
    held: holder !== undefined,
    holder: holder ? labelIn(holder.value) : null,
    holders: holders.length,
    permits: holder ? permits : null,
    slots: [],
    remainingMs: holder ? await remainingOf(cluster, holder.lease) : null,
    waiters: (queue?.length ?? 0) - holders.length,
    closedForMs: gate ? (gate.remainingMs ?? 0) : null,
  }
}

/** Whole seconds, rounded down, and refilled when the leader changes: at least that. */
async function remainingOf(cluster: Cluster, ID: string): Promise<number | null> {
  const { TTL } = await cluster.ask(
    (client, options) => client.leaseClient.leaseTimeToLive({ ID }, options),
    CALL_WITHIN_MS,
  )
  return Number(TTL) >= 0 ? Number(TTL) * 1_000 : null
}
