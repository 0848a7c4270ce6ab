import { within } from '../deadline.ts'
import type { Cluster } from './connect.ts'

/** A lease has another full TTL, counted from before it was asked. */
export interface Kept {
  ttlMs: number
  /** The raft term in which it was asked. An answer of a later term may come from behind another leader's back. */
  term: number
}

/**
 * The leases of this process: one for each TTL in whole seconds, shared by its holds and waits. Nothing keeps a lease
 * alive but a renewal or a new ask: what nobody renews runs out by itself.
 */
export interface ProcessLeases {
  /** The lease for a TTL; `kept` when it was granted for this call. */
  forTtl(ttlMs: number, withinMs: number): Promise<{ id: string; kept: Kept | null }>
  /** Null: it is gone. Throws when nothing is known. */
  keepAlive(id: string, withinMs: number): Promise<Kept | null>
  /** Whether it is one of this process. */
  has(id: string): boolean
  /** Nothing new is put on it: it runs out with what it has. */
  retire(id: string): void
  /** Keys that are on it now; null when it is gone. */
  keysOn(id: string, withinMs: number): Promise<Buffer[] | null>
  revokeAll(withinMs: number): Promise<void>
}

export const secondsOf = (ttlMs: number): number => Math.ceil(ttlMs / 1_000)

export function createProcessLeases(cluster: Cluster): ProcessLeases {
  const current = new Map<number, string>()
  const granting = new Map<number, Promise<{ id: string; kept: Kept }>>()
  const all = new Set<string>()

  const grant = async (seconds: number, withinMs: number): Promise<{ id: string; kept: Kept }> => {
    const { ID, TTL } = await cluster.write(
      (client, options) => client.leaseClient.leaseGrant({ TTL: seconds }, options),
      withinMs,
    )
    current.set(seconds, ID)
    all.add(ID)
    // Agreed on by a majority, so that every later leader gives it its full time.
    return { id: ID, kept: { ttlMs: Number(TTL) * 1_000, term: Number.POSITIVE_INFINITY } }
  }
  const retire = (id: string) => {
    for (const [seconds, known] of current) if (known === id) current.delete(seconds)
  }
  const forget = (id: string) => {
    retire(id)
    all.delete(id)
  }
  return {
    async forTtl(ttlMs, withinMs) {
      const seconds = secondsOf(ttlMs)
      const known = current.get(seconds)
      if (known) return { id: known, kept: null }
      const under = granting.get(seconds)
      if (under) return { id: (await under).id, kept: null }
      const task = grant(seconds, withinMs).finally(() => granting.delete(seconds))
      granting.set(seconds, task)
      return task
    },
    async keepAlive(id, withinMs) {
      const kept = await cluster.ask((client, { deadline }) => keepAliveOnce(client, id, deadline), withinMs)
      if (kept.ttlMs > 0) return kept
      forget(id)
      return null
    },
    has: (id) => all.has(id),
    retire,
    async keysOn(id, withinMs) {
      const lease = await cluster.ask(
        (client, options) => client.leaseClient.leaseTimeToLive({ ID: id, keys: true }, options),
        withinMs,
      )
      if (Number(lease.TTL) > 0) return lease.keys
      forget(id)
      return null
    },
    async revokeAll(withinMs) {
      const revoking = [...all].map((ID) =>
        cluster.write((client, options) => client.leaseClient.leaseRevoke({ ID }, options), withinMs),
      )
      await Promise.allSettled(revoking)
      all.clear()
      current.clear()
    },
  }
}

type Client = Parameters<Parameters<Cluster['ask']>[0]>[0]

/** One question and one answer over a stream of its own: what the lease has left, 0 when it is gone. */
async function keepAliveOnce(client: Client, ID: string, deadline: number): Promise<Kept> {
  const stream = await client.leaseClient.leaseKeepAlive({ deadline })
  const answer = new Promise<Kept>((resolve, reject) => {
    stream.on('data', ({ TTL, header }) =>
      resolve({ ttlMs: Number(TTL) * 1_000, term: Number(header.raft_term) }),
    )
    stream.on('error', reject)
    stream.on('end', () => reject(new Error('the stream ended without an answer')))
  })
  stream.write({ ID })
  try {
    const left = await within(Math.max(1, deadline - Date.now()), answer)
    // Not cancelled: the client takes that for a failure and begins new connections for everybody.
    stream.end()
    return left
  } catch (error) {
    stream.cancel()
    throw error
  }
}
