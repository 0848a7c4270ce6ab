/** Something that ends once. Unlike an AbortSignal it takes any number of listeners. */
export interface Ending {
  readonly isOver: boolean
  readonly reason: unknown
  end(reason?: unknown): void
  /** Runs at the end, unless it is called off by what this returns. */
  on(run: () => void): () => void
}

export function createEnding(): Ending {
  const listeners = new Set<() => void>()
  let isOver = false
  let reason: unknown
  return {
    get isOver() {
      return isOver
    },
    get reason() {
      return reason
    },
    end(why) {
      if (isOver) return
      isOver = true
      reason = why
      for (const run of listeners) run()
      listeners.clear()
    },
    on(run) {
      listeners.add(run)
      return () => void listeners.delete(run)
    },
  }
}
