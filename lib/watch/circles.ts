import type { LockTable } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'
import { contended } from '../fleet/waits-for.ts'
import { type Deadlock, deadlocksIn } from '../fleet/waits-for-deadlocks.ts'

/** Queues change all the time, and circles of those who wait for each other last. */
const EVERY_MS = 1_000
/** To look through more would hold everything else up. */
const MOST_LOCKS = 3_000

/** Who waits for each other in a circle, over all backends. Looked for again a moment after a queue changed. */
export class Circles {
  readonly #locks: LockTable
  readonly #onChange: (ids: readonly string[]) => void
  #deadlocks: ReadonlyMap<string, Deadlock> = new Map()
  #timer: NodeJS.Timeout | null = null

  /** `onChange` is told of the locks that came into one, left it, or are in another one. */
  constructor(locks: LockTable, onChange: (ids: readonly string[]) => void) {
    this.#locks = locks
    this.#onChange = onChange
  }

  of(id: string): Deadlock | null {
    return this.#deadlocks.get(id) ?? null
  }

  haveChanged(): void {
    this.#timer ??= setTimeout(() => this.#look(), EVERY_MS)
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #look(): void {
    this.#timer = null
    const before = this.#deadlocks
    this.#deadlocks = deadlocksIn(firstOf(contended(this.#locks), MOST_LOCKS))
    const ids = new Set([...before.keys(), ...this.#deadlocks.keys()])
    const changed = [...ids].filter((id) => stepsOf(before.get(id)) !== stepsOf(this.#deadlocks.get(id)))
    if (changed.length > 0) this.#onChange(changed)
  }
}

const stepsOf = (deadlock: Deadlock | undefined): string =>
  deadlock?.steps.map(({ label, lock }) => `${label} ${lock}`).join() ?? ''

function* firstOf(locks: Iterable<Lock>, most: number): Generator<Lock> {
  let left = most
  for (const lock of locks) {
    if (left === 0) return
    left -= 1
    yield lock
  }
}
