import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 10
const WINDOW_MS = 15_000

export interface LoopDelay {
  /** Seconds by which this thread came too late to what was due: over the last quarter of a minute or two. */
  quantiles(): { quantile: number; seconds: number }[]
  close(): void
}

/** Two windows, so that a long wait is still told when one of them has just begun. */
export function openLoopDelay(): LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3)
  const now = () =>
    [0.5, 0.99, 1].map((part) => late(part === 1 ? histogram.max : histogram.percentile(part * 100)))
  let before: number[] = [0, 0, 0]
  const turning = setInterval(() => {
    before = now()
    histogram.reset()
  }, WINDOW_MS).unref()
  return {
    quantiles: () =>
      now().map((seconds, index) => ({
        quantile: [0.5, 0.99, 1][index] ?? 1,
        seconds: Math.max(histogram.count === 0 ? 0 : seconds, before[index] ?? 0),
      })),
    close() {
      clearInterval(turning)
      histogram.disable()
    },
  }
}
