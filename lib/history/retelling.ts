import type { LockTable } from '../fleet/brief.ts'
import type { NewEvent } from '../fleet/event.ts'
import { reduce } from '../fleet/reduce.ts'
import { ABOUT_ALL } from './about-all.ts'

export type Standing = Pick<LockTable, 'briefs' | 'get'>

const AT_ONCE = 1_000

/** Tells of everything that stands as if it were seen for the first time, a portion at a time, and then that this is all. */
export class Retelling {
  readonly #locks: Standing
  #left: ReturnType<Standing['briefs']> | null = null

  constructor(locks: Standing) {
    this.#locks = locks
  }

  /** From the beginning, also when it is under way. */
  begin(): void {
    this.#left = this.#locks.briefs()
  }

  next(now: number): NewEvent[] {
    const events: NewEvent[] = []
    for (let looked = 0; this.#left && looked < AT_ONCE; looked += 1) {
      const { value: brief, done } = this.#left.next()
      if (done) {
        this.#left = null
        events.push({ at: new Date(now).toISOString(), kind: 'observing', ...ABOUT_ALL })
      } else if (brief.state !== 'free' && brief.confidence !== 'candidate') {
        const lock = this.#locks.get(brief.id)
        if (lock) events.push(...reduce(null, lock))
      }
    }
    return events
  }
}
