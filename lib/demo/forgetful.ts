import type { Locks } from '../core/index.ts'
import { again, rest } from './chance.ts'

const NAME = 'reports/monthly-close'
const TTL_MS = 60_000
const RENEW_EVERY_MS = 2_000
const RENEWALS = 6

/** Somebody who renews a long hold, then falls silent with work half done; and somebody who waits for it. */
export function forget(holder: Locks, waiter: Locks, signal: AbortSignal): Promise<void>[] {
  const hold = async () => {
    const held = await holder.acquire(NAME, { ttlMs: TTL_MS, waitMs: 90_000, autoRenew: false, signal })
    for (let renewal = 0; renewal < RENEWALS && !signal.aborted; renewal++) {
      await rest(RENEW_EVERY_MS, signal)
      await held.renew()
    }
    await rest(TTL_MS, AbortSignal.any([signal, held.signal]))
  }
  const wait = async () => {
    await rest(5_000, signal)
    await waiter.using(NAME, { ttlMs: 10_000, waitMs: 90_000, signal }, () => rest(2_000, signal))
  }
  return [again(signal, [3_000, 5_000], hold), again(signal, [8_000, 10_000], wait)]
}
