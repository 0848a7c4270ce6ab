import { within } from '../deadline.ts'
import type { Cluster } from './connect.ts'

/**
 * The leases of this process: one for each TTL in whole seconds, shared by its holds and waits. Nothing keeps a lease
 * alive but a renewal or a new ask: what nobody renews runs out by itself.
 */
export interface ProcessLeases {
  /** The lease for a TTL; `fresh` when it was granted for this call. */
  forTtl(ttlMs: number, withinMs: number): Promise<{ id: string; fresh: boolean }>
  /** Gives it another full TTL, counted from before this call. False: it is gone. Throws when nothing is known. */
  keepAlive(id: string, withinMs: number): Promise<boolean>
  /** Nothing new is put on it: it runs out with what it has. */
  retire(id: string): void
  /** Keys that are on it now; null when it is gone. */
  keysOn(id: string, withinMs: number): Promise<Buffer[] | null>
  revokeAll(withinMs: number): Promise<void>
}

export function createProcessLeases(cluster: Cluster): ProcessLeases {
  const current = new Map<number, string>()
  const granting = new Map<number, Promise<string>>()
  const all = new Set<string>()

  const grant = async (seconds: number, withinMs: number): Promise<string> => {
    const { ID } = await cluster.write(
      (client, options) => client.leaseClient.leaseGrant({ TTL: seconds }, options),
      withinMs,
    )
    current.set(seconds, ID)
    all.add(ID)
    return ID
  }
  const retire = (id: string) => {
    for (const [seconds, known] of current) if (known === id) current.delete(seconds)
  }
  return {
    async forTtl(ttlMs, withinMs) {
      const seconds = Math.ceil(ttlMs / 1_000)
      const known = current.get(seconds)
      if (known) return { id: known, fresh: false }
      const under = granting.get(seconds)
      if (under) return { id: await under, fresh: false }
      const task = grant(seconds, withinMs).finally(() => granting.delete(seconds))
      granting.set(seconds, task)
      return { id: await task, fresh: true }
    },
    async keepAlive(id, withinMs) {
      const ttl = await cluster.ask((client, { deadline }) => keepAliveOnce(client, id, deadline), withinMs)
      if (ttl > 0) return true
      retire(id)
      all.delete(id)
      return false
    },
    retire,
    async keysOn(id, withinMs) {
      const lease = await cluster.ask(
        (client, options) => client.leaseClient.leaseTimeToLive({ ID: id, keys: true }, options),
        withinMs,
      )
      if (Number(lease.TTL) > 0) return lease.keys
      retire(id)
      all.delete(id)
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

/** One question and one answer over a stream of its own: what the lease has left in seconds, 0 when it is gone. */
async function keepAliveOnce(client: Client, ID: string, deadline: number): Promise<number> {
  const stream = await client.leaseClient.leaseKeepAlive({ deadline })
  const answer = new Promise<number>((resolve, reject) => {
    stream.on('data', (response) => resolve(Number(response.TTL)))
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
