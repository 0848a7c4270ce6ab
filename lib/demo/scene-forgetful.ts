import { again, rest } from './chance.ts'
import type { Stage } from './stage.ts'

const NAME = 'reports/monthly-close'
const TTL_MS = 30_000
const RENEW_EVERY_MS = 2_000
const RENEWALS = 5

/** Somebody who renews a long hold, then falls silent with work half done; and somebody who waits for it. */
export function forget(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const [holder, waiter] = ['batch-1', 'batch-2'].map((host) =>
    stage.locks('jobs', { service: 'reports', host, version: '2.2.0' }),
  )
  const hold = async () => {
    const held = await holder?.acquire(NAME, { ttlMs: TTL_MS, waitMs: 90_000, autoRenew: false, signal })
    for (let renewal = 0; renewal < RENEWALS && !signal.aborted; renewal++) {
      await rest(RENEW_EVERY_MS, signal)
      await held?.renew()
    }
    if (held) await rest(TTL_MS, AbortSignal.any([signal, held.signal]))
  }
  const wait = async () => {
    await rest(5_000, signal)
    await waiter?.using(NAME, { ttlMs: 10_000, waitMs: 90_000, signal }, () => rest(2_000, signal))
  }
  return [again(signal, [3_000, 5_000], hold), again(signal, [8_000, 10_000], wait)]
}
