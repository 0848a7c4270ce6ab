/** Time as the core sees it. Handed in, so that tests and simulations own it. */
export interface Clock {
  /** Monotonic milliseconds: what validity is computed on. Never goes back. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
