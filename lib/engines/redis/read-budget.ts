/** Commands a second that reading may cost the nodes of one backend, on the average of some seconds. */
export interface Budget {
  readonly perSecond: number
  /** What was told of is spent, also beyond what there is: whoever can wait pays it back. */
  spend(commands: number): void
  /** Null when there is something left; else resolves when there is. */
  pause(): Promise<void> | null
}

/** A sweep comes in one piece, and rests afterwards. */
const SAVED_FOR_S = 10
const SHORTEST_PAUSE_MS = 5

export function createBudget(perSecond: number): Budget {
  const most = perSecond * SAVED_FOR_S
  let left = most
  let at = performance.now()
  const refill = () => {
    const now = performance.now()
    left = Math.min(most, left + ((now - at) / 1_000) * perSecond)
    at = now
  }
  return {
    perSecond,
    spend(commands) {
      refill()
      left -= commands
    },
    pause() {
      refill()
      if (left > 0) return null
      const ms = Math.max(SHORTEST_PAUSE_MS, Math.ceil((-left / perSecond) * 1_000) + 1)
      return new Promise((resolve) => setTimeout(resolve, ms))
    },
  }
}
