import { again, rest } from './chance.ts'
import type { Stage } from './stage.ts'

const FROZEN = 'schema/orders'
const FREEZE_MS = 40_000
const HELD_BACK = 'rates/refresh'
const HOLD_BACK_MS = 20_000
const TTL_MS = 8_000

/** Operators who keep everybody out for a while, and services that wait for that to end. */
export function maintenance(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const operator = { service: 'ops', host: 'admin-1' }
  const [jobs, payments] = [stage.locks('jobs', operator), stage.locks('payments', operator)]
  const migration = stage.locks('jobs', { service: 'orders-api', host: 'web-2', version: '8.3.0' })
  const rates = stage.locks('payments', { service: 'rates', host: 'fx-1', version: '2.2.2' })
  const message = 'the index is rebuilt; nothing may be migrated until then'
  return [
    again(signal, [15_000, 25_000], async () => {
      await jobs.freeze(FROZEN, { forMs: FREEZE_MS, message, by: 'dana' })
      const wish = { ttlMs: TTL_MS, waitMs: FREEZE_MS + 10_000, signal }
      await migration.using(FROZEN, wish, () => rest(3_000, signal))
    }),
    again(signal, [15_000, 25_000], async () => {
      await payments.holdBack(HELD_BACK, { forMs: HOLD_BACK_MS })
      await rest(HOLD_BACK_MS, signal)
      await rates.using(HELD_BACK, { ttlMs: TTL_MS, waitMs: 5_000, signal }, () => rest(3_000, signal))
    }),
  ]
}
