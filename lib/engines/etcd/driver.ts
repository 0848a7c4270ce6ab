import type { LockNode } from '../../core/node.ts'
import type { Access } from '../access.ts'
import { attempt } from './attempt.ts'
import { Cluster } from './connect.ts'
import { unsupported } from './failure.ts'
import { createHearing } from './hearing.ts'
import { createLateEntries } from './late-entries.ts'
import type { KnownEntry, Means } from './means.ts'
import { order } from './order.ts'
import { createProcessLeases } from './process-leases.ts'
import { readOne } from './read.ts'
import { release } from './release.ts'
import { renew } from './renew.ts'

export interface EtcdNodeOptions {
  id: string
  endpoints: readonly string[]
  /** What URLs do not say. */
  access?: Access
}

export interface EtcdNode extends LockNode {
  close(): Promise<void>
}

const CLOSE_WITHIN_MS = 1_000

/**
 * A whole etcd cluster as one node: it has its own consensus. A hold is good for as long as its lease was kept alive
 * and its entry is there, so that both are asked for whenever a validity begins.
 */
export function createEtcdNode({ id, endpoints, access = {} }: EtcdNodeOptions): EtcdNode {
  const cluster = new Cluster(endpoints, access)
  const leases = createProcessLeases(cluster)
  const late = createLateEntries(cluster, leases)
  const entries = new Map<string, KnownEntry>()
  const { ears, turns } = createHearing(cluster, entries)
  const means: Means = { cluster, leases, late, turns, entries }
  return {
    id,
    capabilities: {
      fences: true,
      fifo: true,
      handsOver: true,
      countsReplicas: false,
      ttlStepMs: 1_000,
      ttlIsMinimum: true,
      tellsLoss: true,
    },
    attempt: (asks) => attempt(asks, means),
    renew: (holds) => renew(holds, means),
    release: (holds) => release(holds, means),
    queue: async (waits) => waits.map(() => noVoter),
    leave: async (waits) => waits.map(() => noVoter),
    order: (orders) => order(orders, means),
    read: (names) => Promise.all(names.map((name) => readOne(cluster, name))),
    listen: (process, onMessage) => ears.listen(process, onMessage),
    async close() {
      ears.close()
      late.close()
      await leases.revokeAll(CLOSE_WITHIN_MS)
      cluster.close()
    },
  }
}

const noVoter = unsupported(
  'etcd is no voter of a quorum',
  'Make it a backend of its own: it agrees within itself.',
)
