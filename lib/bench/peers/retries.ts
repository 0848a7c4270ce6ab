import { PATIENCE_MS } from '../contender.ts'

/*
 * All of the peers wait by asking again. As they come they do so 5 to 100 times a second and lose by far; here each asks as
 * often as served it best in trials on these very scenarios.
 */

/** The redlock family: pauses of `delayMs`, more or less `jitterMs`. */
export const retries = (delayMs: number, jitterMs: number) => ({
  retryCount: Math.ceil(PATIENCE_MS / delayMs),
  retryDelay: delayMs,
  retryJitter: jitterMs,
})
