import type { Cluster } from './connect.ts'
import { createKeepAlives, type Kept } from './keep-alives.ts'

/**
 * The leases of this process: one for each TTL in whole seconds, shared by its holds and waits. Nothing keeps a lease
 * alive but a renewal or a new ask: what nobody renews runs out by itself.
 */
export interface ProcessLeases {
  /** The lease for a TTL; `kept` when it was granted for this call. */
  forTtl(ttlMs: number, withinMs: number): Promise<{ id: string; kept: Kept | null }>
  /** Null: it is gone. Throws when nothing is known. */
  keepAlive(id: string, withinMs: number): Promise<Kept | null>
  /** The last acknowledgement, if by it the lease lives for so long from now on. */
  keptFor(id: string, ttlMs: number): Kept | null
  /** Whether it is one of this process. */
  has(id: string): boolean
  /** Nothing new is put on it: it runs out with what it has. */
  retire(id: string): void
  /** Keys that are on it now; null when it is gone. */
  keysOn(id: string, withinMs: number): Promise<Buffer[] | null>
  revokeAll(withinMs: number): Promise<void>
}

export const secondsOf = (ttlMs: number): number => Math.ceil(ttlMs / 1_000)

/** From here on a second more does little harm, and spares a keep-alive for all that is asked within it. */
const SPARE_FROM_MS = 5_000
const leaseSeconds = (ttlMs: number): number => secondsOf(ttlMs) + (ttlMs >= SPARE_FROM_MS ? 1 : 0)

export function createProcessLeases(cluster: Cluster): ProcessLeases {
  const current = new Map<number, string>()
  const granting = new Map<number, Promise<{ id: string; kept: Kept }>>()
  const all = new Set<string>()
  const keepAlives = createKeepAlives()
  const last = new Map<string, { sentAt: number; kept: Kept }>()

  const grant = async (seconds: number, withinMs: number): Promise<{ id: string; kept: Kept }> => {
    const sentAt = performance.now()
    const { ID, TTL } = await cluster.write(
      (client, options) => client.leaseClient.leaseGrant({ TTL: seconds }, options),
      withinMs,
    )
    current.set(seconds, ID)
    all.add(ID)
    // Agreed on by a majority, so that every later leader gives it its full time.
    const kept = { ttlMs: Number(TTL) * 1_000, term: Number.POSITIVE_INFINITY }
    last.set(ID, { sentAt, kept })
    return { id: ID, kept }
  }
  const retire = (id: string) => {
    for (const [seconds, known] of current) if (known === id) current.delete(seconds)
  }
  const forget = (id: string) => {
    retire(id)
    all.delete(id)
    last.delete(id)
    keepAlives.forget(id)
  }
  return {
    async forTtl(ttlMs, withinMs) {
      const seconds = leaseSeconds(ttlMs)
      const known = current.get(seconds)
      if (known) return { id: known, kept: null }
      const under = granting.get(seconds)
      if (under) return { id: (await under).id, kept: null }
      const task = grant(seconds, withinMs).finally(() => granting.delete(seconds))
      granting.set(seconds, task)
      return task
    },
    async keepAlive(id, withinMs) {
      const sentAt = performance.now()
      const kept = await cluster.ask((_, __, to) => keepAlives.ask(to.member, id, to.withinMs), withinMs)
      if (kept.ttlMs > 0) {
        last.set(id, { sentAt, kept })
        return kept
      }
      forget(id)
      return null
    },
    keptFor(id, ttlMs) {
      const { sentAt, kept } = last.get(id) ?? {}
      if (!kept || sentAt === undefined) return null
      return sentAt + kept.ttlMs >= performance.now() + ttlMs ? kept : null
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
      keepAlives.close()
      all.clear()
      current.clear()
    },
  }
}
