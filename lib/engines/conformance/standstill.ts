import type { Clock } from '../../core/clock.ts'
import { sleepOn } from '../../core/clock.ts'
import { systemClock } from '../../core/system.ts'
import { over } from './between.ts'
import type { ClientOptions } from './stage.ts'

/** A client whose event loop can stand still while time goes on: nothing comes in, no timer fires, until it goes on. */
export interface Standstill {
  readonly options: Required<Pick<ClientOptions, 'through' | 'clock'>>
  stop(): void
  goOn(): void
}

export function createStandstill(): Standstill {
  let gate: Promise<void> | null = null
  let open = () => {}
  const running = async () => {
    while (gate) await gate
  }
  const after: Clock['after'] = (ms, run) => {
    let off = false
    const callOff = systemClock.after(ms, () => {
      if (gate === null) return run()
      void running().then(() => {
        if (!off) run()
      })
    })
    return () => {
      off = true
      callOff()
    }
  }
  return {
    options: {
      clock: { now: systemClock.now, wall: systemClock.wall, after, sleep: sleepOn(after) },
      through: (nodes) => nodes.map((node) => over({ back: running }, node)),
    },
    stop() {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    goOn() {
      gate = null
      open()
    },
  }
}
