import type { Clock } from '../clock.ts'

export interface VirtualClock extends Clock {
  /** Lets so much time pass, waking whoever sleeps in it, one after the other. */
  advance(ms: number): Promise<void>
  /** Lets time pass until this is settled. */
  until<T>(task: Promise<T>): Promise<T>
  /** Time passes and nobody runs: a process that was stopped, or a busy event loop. */
  stall(ms: number): void
  /** How many sleep. */
  readonly sleepers: number
}

interface Sleeper {
  at: number
  wake: () => void
}

/** Time that only passes when a test lets it. */
export function createVirtualClock(): VirtualClock {
  let now = 0
  const sleepers = new Set<Sleeper>()
  const next = (): Sleeper | null => {
    let first: Sleeper | null = null
    for (const sleeper of sleepers) if (!first || sleeper.at < first.at) first = sleeper
    return first
  }
  const wakeNext = (sleeper: Sleeper) => {
    now = Math.max(now, sleeper.at)
    sleeper.wake()
  }
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper = {
          at: now + Math.max(0, ms),
          wake() {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', sleeper.wake)
            resolve()
          },
        }
        signal?.addEventListener('abort', sleeper.wake, { once: true })
        sleepers.add(sleeper)
      }),
    async advance(ms) {
      const end = now + ms
      await quiet()
      for (let sleeper = next(); sleeper && sleeper.at <= end; sleeper = next()) {
        wakeNext(sleeper)
        await quiet()
      }
      now = end
    },
    async until(task) {
      let settled = false
      const mark = () => {
        settled = true
      }
      task.then(mark, mark)
      await quiet()
      while (!settled) {
        const sleeper = next()
        if (!sleeper) throw new Error('nobody sleeps and nothing goes on')
        wakeNext(sleeper)
        await quiet()
      }
      return task
    },
    stall(ms) {
      now += ms
    },
    get sleepers() {
      return sleepers.size
    },
  }
}

/** Until everything that can go on without time has gone on. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
