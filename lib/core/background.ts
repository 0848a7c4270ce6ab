import type { Clock } from './clock.ts'
import { createEnding, type Ending } from './ending.ts'

/** Work that nobody waits for, but that closing gives a moment to end. */
export interface Background {
  run(task: Promise<unknown>): void
  /** When closing does not wait any longer: whatever still goes on gives up. */
  readonly over: Ending
  /** Until all of it has ended, at most `withinMs`; what has not is given up. */
  settle(withinMs: number): Promise<void>
}

export function createBackground(clock: Clock): Background {
  const tasks = new Set<Promise<unknown>>()
  const over = createEnding()
  return {
    over,
    run(task) {
      const tracked = task.catch(() => {}).finally(() => tasks.delete(tracked))
      tasks.add(tracked)
    },
    async settle(withinMs) {
      const enough = new AbortController()
      let isLate = false
      const late = clock.sleep(withinMs, enough.signal).then(() => {
        isLate = true
      })
      // What ends may begin something else.
      while (tasks.size > 0 && !isLate) await Promise.race([Promise.all(tasks), late])
      enough.abort()
      over.end()
    },
  }
}
