import { type Clock, sleepOn } from '../core/clock.ts'
import { pump } from './pump.ts'

export interface VirtualClock extends Clock {
  /** Lets so much time pass, waking whoever sleeps in it, one after the other. */
  advance(ms: number): Promise<void>
  /** Lets time pass until this is settled. */
  until<T>(task: Promise<T>): Promise<T>
  /** Time passes and nobody runs: a process that was stopped, or a busy event loop. */
  stall(ms: number): void
  /** The end of the last time in which nobody ran. */
  readonly stalledUntil: number
  /** How many sleep. */
  readonly sleepers: number
}

interface Sleeper {
  at: number
  order: number
  run: (() => void) | null
}

/** The wall clock of a simulation begins here, so that fences are of their usual size. */
export const EPOCH_MS = 1_700_000_000_000

/** How exactly moments of different clocks compare. */
export const ROUNDING_MS = 1e-6

/** Time that only passes when a test lets it. */
export function createVirtualClock(): VirtualClock {
  let now = 0
  let order = 0
  let called = 0
  let sleeping = 0
  let stalledUntil = 0
  const heap: Sleeper[] = []
  const wakeNext = (sleeper: Sleeper) => {
    take(heap)
    if (!sleeper.run) return
    const { run } = sleeper
    sleeper.run = null
    sleeping -= 1
    called += 1
    now = Math.max(now, sleeper.at)
    run()
  }
  /** The next that has not been called off. */
  const next = (): Sleeper | null => {
    while (heap[0] && !heap[0].run) take(heap)
    return heap[0] ?? null
  }
  const after: Clock['after'] = (ms, run) => {
    order += 1
    const sleeper: Sleeper = { at: now + Math.max(0, ms), order, run }
    sleeping += 1
    put(heap, sleeper)
    return () => {
      if (sleeper.run) sleeping -= 1
      sleeper.run = null
    }
  }
  return {
    now: () => now,
    wall: () => EPOCH_MS + now,
    after,
    sleep: sleepOn(after),
    async advance(ms) {
      const end = now + ms
      await pump(() => {
        const sleeper = next()
        if (!sleeper || sleeper.at > end) return false
        wakeNext(sleeper)
        return true
      })
      now = Math.max(now, end)
    },
    async until(task) {
      let settled = false
      const mark = () => {
        settled = true
      }
      task.then(mark, mark)
      await pump(() => {
        if (settled) return false
        const sleeper = next()
        if (!sleeper) throw new Error(`nobody sleeps and nothing goes on (${called} were woken)`)
        wakeNext(sleeper)
        return true
      })
      return task
    },
    stall(ms) {
      now += ms
      stalledUntil = now
    },
    get stalledUntil() {
      return stalledUntil
    },
    get sleepers() {
      return sleeping
    },
  }
}

const isBefore = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

function put(heap: Sleeper[], sleeper: Sleeper): void {
  let at = heap.length
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above] as Sleeper
    if (!isBefore(sleeper, parent)) break
    heap[at] = parent
    at = above
  }
  heap[at] = sleeper
}

function take(heap: Sleeper[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    const [left, right] = [heap[below], heap[below + 1]]
    if (!left) break
    if (right && isBefore(right, left)) below += 1
    const child = heap[below] as Sleeper
    if (!isBefore(child, last)) break
    heap[at] = child
    at = below
  }
  heap[at] = last
}
