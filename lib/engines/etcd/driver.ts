import type { Answer, Ask, HoldRef, LockNode, Message, Reading } from '../../core/node.ts'
import { CallFailed, type Cluster, openCluster } from './connect.ts'
import { allOf, enter, entered, labelIn } from './entries.ts'
import { createLateEntries } from './late-entries.ts'
import { entryKey, PREFIX, parseEntryKey } from './layout.ts'
import { createProcessLeases } from './process-leases.ts'
import { watchDeletes } from './watch-deletes.ts'

export interface EtcdNodeOptions {
  id: string
  endpoints: readonly string[]
}

export interface EtcdNode extends LockNode {
  close(): Promise<void>
}

/** How long a call that carries no deadline of its own may take. */
const CALL_WITHIN_MS = 1_500
const CLOSE_WITHIN_MS = 1_000

/** An entry of ours, and the lease it lives on. `sure` once etcd has shown it to us. */
interface Entry {
  name: string
  lease: string
  sure: boolean
}

/**
 * A whole etcd cluster as one node: it has its own consensus. A hold is good for as long as its lease was kept alive
 * and its entry is there, so that both are asked for whenever a validity begins.
 */
export function createEtcdNode({ id, endpoints }: EtcdNodeOptions): EtcdNode {
  const cluster = openCluster(endpoints)
  const leases = createProcessLeases(cluster)
  const late = createLateEntries(cluster, leases)
  /** By token: what this process has put, or may have. */
  const entries = new Map<string, Entry>()
  const stops = new Set<() => Promise<void>>()

  const attempt = async (ask: Ask, again = true): Promise<Answer> => {
    const startedAt = performance.now()
    const left = () => ask.withinMs - (performance.now() - startedAt)
    const known = entries.get(ask.token)
    // A lease that nothing is put on runs out by itself: failing to get one leaves nothing behind.
    const granted = known ? null : await leases.forTtl(ask.ttlMs, ask.withinMs).catch(notDone)
    if (granted && 'outcome' in granted) return granted
    if (left() <= 0) return notDone('it came too late')
    const lease = known?.lease ?? granted?.id ?? ''
    const [kept, sent] = await Promise.allSettled([
      granted?.fresh || leases.keepAlive(lease, left()),
      cluster.write((client, options) => client.kv.txn(enter(ask, lease), options), left()),
    ])
    const gone = sent.status === 'rejected' && failureOf(sent.reason).leaseGone
    if (sent.status === 'rejected' && !gone) {
      if (failureOf(sent.reason).maybeDone) entries.set(ask.token, { name: ask.name, lease, sure: false })
      return unknown(sent.reason)
    }
    const seen = sent.status === 'fulfilled' ? entered(ask, sent.value) : null
    if (seen?.own) entries.set(ask.token, { name: ask.name, lease: seen.own.lease, sure: true })
    else entries.delete(ask.token)
    if (kept.status === 'rejected') return { ...unknown(kept.reason), maybeDone: seen?.own != null }
    if (gone) leases.retire(lease)
    if (!kept.value) entries.delete(ask.token)
    // The lease has ended, or an earlier ask put the entry on another one: what was kept alive is not what counts.
    if (gone || !kept.value || (seen?.own && seen.own.lease !== lease)) {
      if (again && left() > 0) return await attempt({ ...ask, withinMs: left() }, false)
      return { outcome: 'unknown', why: 'its lease has ended', maybeDone: seen?.own != null }
    }
    if (seen?.own && seen.isFirst) return { outcome: 'granted', fence: seen.own.create_revision }
    const { holder = null, place = null } = seen ?? {}
    return { outcome: 'refused', why: 'held', holder, place, remainingMs: null }
  }

  const renew = async ({ name, token }: HoldRef): Promise<Answer> => {
    const entry = entries.get(token)
    if (!entry) return notHeld
    const key = Buffer.from(entryKey(name, token))
    const [alive, found] = await Promise.all([
      leases.keepAlive(entry.lease, CALL_WITHIN_MS),
      cluster.ask((client, options) => client.kv.range({ key }, options), CALL_WITHIN_MS),
    ])
    const own = found.kvs[0]
    if (!alive || !own) {
      entries.delete(token)
      return notHeld
    }
    return { outcome: 'granted', fence: own.create_revision }
  }

  /** The entry bears the token in its key: nobody else's can be deleted by it. */
  const remove = async (name: string, token: string): Promise<Answer> => {
    const entry = entries.get(token)
    const isLate = entry?.sure === false
    if (isLate) late.forget(name, token, entry.lease)
    entries.delete(token)
    const key = Buffer.from(entryKey(name, token))
    const { deleted } = await cluster
      .write((client, options) => client.kv.deleteRange({ key }, options), CALL_WITHIN_MS)
      .catch((error: unknown) => {
        // Its lease may be kept alive by others for ever, long after the caller has stopped trying.
        if (entry && !isLate) late.forget(name, token, entry.lease)
        throw error
      })
    return Number(deleted) > 0 ? { outcome: 'granted', fence: null } : notHeld
  }

  return {
    id,
    capabilities: { fences: true, fifo: true, ttlStepMs: 1_000, ttlIsMinimum: true, tellsLoss: true },
    attempt: (asks) => answers(asks, (ask) => attempt(ask)),
    renew: (holds) => answers(holds, renew),
    release: (holds) => answers(holds, ({ name, token }) => remove(name, token)),
    async leave(waits) {
      await answers(waits, ({ name, ticket }) => remove(name, ticket))
    },
    read: (names) => Promise.all(names.map((name) => readOne(cluster, name))),
    async listen(_process: string, onMessage: (message: Message) => void) {
      const deleted = (key: string) => {
        const parsed = parseEntryKey(key)
        if (!parsed) return
        if (entries.has(parsed.token)) onMessage({ kind: 'gone', name: parsed.name })
        onMessage({ kind: 'wake', name: parsed.name })
      }
      const missed = () => {
        for (const name of new Set([...entries.values()].map((entry) => entry.name))) {
          onMessage({ kind: 'gone', name })
          onMessage({ kind: 'wake', name })
        }
      }
      const stop = await watchDeletes(cluster.members, PREFIX, deleted, missed)
      stops.add(stop)
      return async () => {
        stops.delete(stop)
        await stop()
      }
    },
    async close() {
      for (const stop of stops) await stop()
      late.close()
      await leases.revokeAll(CLOSE_WITHIN_MS)
      cluster.close()
    },
  }
}

const notHeld: Answer = { outcome: 'refused', why: 'not-held', holder: null, place: null, remainingMs: null }

const failureOf = (error: unknown): CallFailed =>
  error instanceof CallFailed ? error : new CallFailed(error)

type Unknown = Extract<Answer, { outcome: 'unknown' }>

function unknown(error: unknown): Unknown {
  const { message, maybeDone } = failureOf(error)
  return { outcome: 'unknown', why: message, maybeDone }
}

const notDone = (why: unknown): Unknown => ({ ...unknown(why), maybeDone: false })

const answers = <T>(items: readonly T[], ask: (item: T) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(items.map((item) => ask(item).catch(unknown)))

async function readOne(cluster: Cluster, name: string): Promise<Reading> {
  const { kvs } = await cluster.ask(
    (client, options) => client.kv.range(allOf(name), options),
    CALL_WITHIN_MS,
  )
  const [holder, ...waiters] = kvs
  if (!holder) return { name, held: false, holder: null, remainingMs: null, waiters: 0 }
  const lease = await cluster.ask(
    (client, options) => client.leaseClient.leaseTimeToLive({ ID: holder.lease }, options),
    CALL_WITHIN_MS,
  )
  const seconds = Number(lease.TTL)
  return {
    name,
    held: true,
    holder: labelIn(holder.value),
    remainingMs: seconds >= 0 ? seconds * 1_000 : null,
    waiters: waiters.length,
  }
}
