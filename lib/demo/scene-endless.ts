import { again, rest, somewhereIn } from './chance.ts'
import type { Stage } from './stage.ts'

const NAME = 'exports/orders'
const TTL_MS = 3_000
/** So many show what is usual of it. */
const SHORT_HOLDS = 40
const FOREVER_MS = 110_000

/** Somebody whose work takes a moment, until once it does not end, while its locks are renewed for it. */
export function endless(stage: Stage): Promise<void>[] {
  const { signal } = stage
  const locks = stage.locks('jobs', { service: 'exports', host: 'batch-4', version: '0.4.1' })
  const hold = (ms: number) => locks.using(NAME, { ttlMs: TTL_MS, signal }, () => rest(ms, signal))
  return [
    again(signal, [5_000, 8_000], async () => {
      for (let held = 0; held < SHORT_HOLDS && !signal.aborted; held++) {
        await hold(somewhereIn([120, 200]))
        await rest(80, signal)
      }
      await hold(FOREVER_MS)
    }),
  ]
}
