import type { LockNode } from '../core/index.ts'
import { MAX_TTL_MS, type OpenedBackend, PAYMENTS_MAX_TTL_MS } from './fleet.ts'

type ClosableNode = LockNode & { close(): Promise<void> }

/** Connected nodes as one backend. */
export const opened = (id: string, nodes: readonly ClosableNode[]): OpenedBackend => ({
  id,
  nodes,
  maxTtlMs: id === 'payments' ? PAYMENTS_MAX_TTL_MS : MAX_TTL_MS,
  async close() {
    await Promise.all(nodes.map((node) => node.close()))
  },
})
