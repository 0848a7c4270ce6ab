import { type Clock, sleepOn } from '../core/clock.ts'
import type { Chance } from './chance.ts'
import { EPOCH_MS, type VirtualClock } from './virtual-clock.ts'

/** The time of one process, which can stand still while all others go on. */
export interface ClientTime {
  /** What the locks run on. */
  readonly library: Clock
  /** What the work between the locks runs on. */
  readonly work: Clock
  /** How many timers of the library are running. */
  readonly pending: number
  readonly state: 'runs' | 'paused' | 'dead'
  /** When it last began to run. */
  readonly runsSince: number
  /** How fast its clock goes. */
  readonly rate: number
  /** Time may pass between any two of its steps. */
  readonly mayBePreempted: boolean
  /** Whatever reaches the process from outside: now, or when it goes on, or never. */
  enter(run: () => void): void
  pause(): void
  goOn(): void
  kill(): void
  /** Reads the clock without being held up in it. */
  aside<T>(read: () => T): T
}

export interface ClientTimeOptions {
  rate: number
  wallAheadMs: number
  /** How often reading the clock takes long: the process was preempted there. Everybody is late then. */
  preempted: number
}

export function createClientTime(
  clock: VirtualClock,
  chance: Chance,
  { rate, wallAheadMs, preempted }: ClientTimeOptions,
): ClientTime {
  let state: ClientTime['state'] = 'runs'
  let runsSince = 0
  let isAside = false
  let held: { run: () => void; isTimer: boolean }[] = []
  const enter = (run: () => void, isTimer: boolean) => {
    if (state === 'runs') run()
    else if (state === 'paused') held.push({ run, isTimer })
  }
  const read = () => {
    if (preempted > 0 && !isAside && chance.happens(preempted)) clock.stall(chance.between(0, 40))
    return clock.now() * rate
  }
  const wall = () => EPOCH_MS + clock.now() + wallAheadMs
  const library = createHandle(clock, rate, (run) => enter(run, true))
  const work = createHandle(clock, rate, (run) => enter(run, true))
  return {
    library: { now: read, wall, after: library.after, sleep: sleepOn(library.after) },
    work: { now: () => clock.now() * rate, wall, after: work.after, sleep: sleepOn(work.after) },
    rate,
    mayBePreempted: preempted > 0,
    get pending() {
      return library.pending()
    },
    get state() {
      return state
    },
    get runsSince() {
      return runsSince
    },
    enter: (run) => enter(run, false),
    pause() {
      if (state === 'runs') state = 'paused'
    },
    goOn() {
      if (state !== 'paused') return
      state = 'runs'
      runsSince = clock.now()
      const late = held
      held = []
      // After a standstill an event loop runs its timers before it reads its sockets; seldom everything comes as it came.
      const inOrder = chance.happens(0.3)
        ? late
        : [...late.filter(({ isTimer }) => isTimer), ...late.filter(({ isTimer }) => !isTimer)]
      for (const { run, isTimer } of inOrder) clock.after(0, () => enter(run, isTimer))
    },
    kill() {
      state = 'dead'
      held = []
    },
    aside(look) {
      isAside = true
      try {
        return look()
      } finally {
        isAside = false
      }
    },
  }
}

/** Timers of one process, counted. */
function createHandle(clock: VirtualClock, rate: number, enter: (run: () => void) => void) {
  let pending = 0
  const after: Clock['after'] = (ms, run) => {
    let open = true
    const end = () => {
      const was = open
      open = false
      if (was) pending -= 1
      return was
    }
    pending += 1
    const callOff = clock.after(ms / rate, () =>
      enter(() => {
        if (end()) run()
      }),
    )
    return () => {
      if (end()) callOff()
    }
  }
  return { after, pending: () => pending }
}
