import { createLocks } from '../core/index.ts'
import { again, rest } from './chance.ts'
import type { Stage } from './stage.ts'

const NAME = 'coupons/rebuild'
const TTL_MS = 9_000

/** A waiter that dies without a word: its place in the queue stays for as long as it had promised to ask again. */
export function ghosts(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const coupons = stage.locks('payments', { service: 'coupons', host: 'shop-1', version: '5.5.0' })
  const ghost = { service: 'mobile-api', host: 'web-7', version: '11.0.0' }
  return [
    // It dies right before it is its turn: for some seconds nobody holds what somebody seems to wait for.
    again(signal, [12_000, 18_000], () =>
      coupons.using(NAME, { ttlMs: TTL_MS, signal }, () => diesWaiting(stage, ghost)),
    ),
  ]
}

async function diesWaiting(
  { fleet, signal }: Stage,
  owner: { service: string; host: string },
): Promise<void> {
  const backend = fleet.open('payments')
  const locks = createLocks({ backend, owner })
  const waiting = locks.acquire(NAME, { ttlMs: TTL_MS, waitMs: 60_000, signal }).catch(() => null)
  await rest(1_500, signal)
  // First the connections: it can't take its leave.
  await backend.close()
  void locks.close().catch(() => {})
  void waiting
}
