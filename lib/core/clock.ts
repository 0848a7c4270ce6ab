/** Time as the core sees it. Handed in, so that tests and simulations own it. */
export interface Clock {
  /** Monotonic milliseconds: what validity is computed on. Never goes back. */
  now(): number
  /** Epoch milliseconds. May jump: good for naming a fence, never for a deadline. */
  wall(): number
  /** Runs once after `ms`, unless it is called off by what this returns. */
  after(ms: number, run: () => void): () => void
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The sleep of a clock that can do the rest. */
export const sleepOn =
  (after: Clock['after']): Clock['sleep'] =>
  (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const done = () => {
        callOff()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const callOff = after(ms, done)
      signal?.addEventListener('abort', done, { once: true })
    })
