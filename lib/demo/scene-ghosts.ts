import { createLocks } from '../core/index.ts'
import { again, rest } from './chance.ts'
import type { DemoBackend } from './fleet.ts'
import type { Stage } from './stage.ts'

const TTL_MS = 9_000

/** Waiters that die without a word: their place in the queue stays until somebody asks for that name. */
export function ghosts(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const recount = stage.locks('jobs', { service: 'warehouse', host: 'stock-2', version: '3.1.0' })
  const coupons = stage.locks('payments', { service: 'coupons', host: 'shop-1', version: '5.5.0' })
  const ghost = { service: 'mobile-api', host: 'web-7', version: '11.0.0' }
  return [
    again(signal, [8_000, 12_000], () =>
      recount.using('warehouse/recount', { ttlMs: TTL_MS, signal }, async () => {
        await diesWaiting(stage, 'jobs', 'warehouse/recount', ghost)
        await rest(25_000, signal)
      }),
    ),
    // It dies right before it is its turn: for some seconds nobody holds what somebody seems to wait for.
    again(signal, [12_000, 18_000], () =>
      coupons.using('coupons/rebuild', { ttlMs: TTL_MS, signal }, () =>
        diesWaiting(stage, 'payments', 'coupons/rebuild', ghost),
      ),
    ),
  ]
}

async function diesWaiting(
  { fleet, signal }: Stage,
  backendId: DemoBackend,
  name: string,
  owner: { service: string; host: string },
): Promise<void> {
  const backend = fleet.open(backendId)
  const locks = createLocks({ backend, owner })
  const waiting = locks.acquire(name, { ttlMs: TTL_MS, waitMs: 60_000, signal }).catch(() => null)
  await rest(1_500, signal)
  // First the connections: it can't take its leave.
  await backend.close()
  void locks.close().catch(() => {})
  void waiting
}
