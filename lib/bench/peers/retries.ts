import { PATIENCE_MS } from '../contender.ts'

/** How the redlock family is told to ask again, after a pause of about `pauseMs`. */
export const retries = (pauseMs: number | null) =>
  pauseMs === null
    ? undefined
    : { retryCount: Math.ceil(PATIENCE_MS / pauseMs), retryDelay: pauseMs, retryJitter: pauseMs }
