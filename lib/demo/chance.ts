/** From, to; in milliseconds. */
export type Span = readonly [number, number]

export const somewhereIn = ([from, to]: Span): number => from + Math.random() * (to - from)

/** Resolves after that time, or at once when the signal aborts. */
export function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** Does it again and again. What fails is tried again after a while: a demo goes on when its servers are broken. */
export async function again(signal: AbortSignal, pauseMs: Span, once: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await once().catch(() => rest(1_000, signal))
    await rest(somewhereIn(pauseMs), signal)
  }
}
