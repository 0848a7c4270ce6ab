import type { LockTable } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'
import { contendedOf } from '../fleet/waits-for.ts'
import { type Deadlock, findDeadlocks } from '../fleet/waits-for-deadlocks.ts'
import { giveWay, inPortions, inSteps } from './portions.ts'

/** Queues change all the time, and circles of those who wait for each other last. */
const EVERY_MS = 1_000
/** Where very many wait, looking takes no more than this part of the time. */
const SHARE = 0.1
/** So many at once are told of. */
const TOLD_AT_ONCE = 32

/** Who waits for each other in a circle, over all backends. Looked for again a moment after a queue changed. */
export class Circles {
  readonly #locks: LockTable
  readonly #onChange: (ids: readonly string[]) => void
  #deadlocks: ReadonlyMap<string, Deadlock> = new Map()
  #timer: NodeJS.Timeout | null = null
  #notBefore = 0
  #isLooking = false
  #hasChanged = false
  #isClosed = false

  /** `onChange` is told of the locks that came into one, left it, or are in another one. */
  constructor(locks: LockTable, onChange: (ids: readonly string[]) => void) {
    this.#locks = locks
    this.#onChange = onChange
  }

  of(id: string): Deadlock | null {
    return this.#deadlocks.get(id) ?? null
  }

  haveChanged(): void {
    this.#hasChanged = true
    if (this.#isLooking || this.#isClosed) return
    const inMs = Math.max(EVERY_MS, this.#notBefore - performance.now())
    this.#timer ??= setTimeout(() => void this.#lookAgain(), inMs)
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #lookAgain(): Promise<void> {
    this.#timer = null
    this.#isLooking = true
    this.#hasChanged = false
    const began = performance.now()
    await this.#look().finally(() => {
      this.#isLooking = false
    })
    const now = performance.now()
    this.#notBefore = now + (now - began) / SHARE
    if (this.#hasChanged) this.haveChanged()
  }

  async #look(): Promise<void> {
    const contended: Lock[] = []
    await inPortions(this.#locks.briefs(), (brief) => {
      const lock = contendedOf(this.#locks, brief)
      if (lock) contended.push(lock)
    })
    const before = this.#deadlocks
    const found = await inSteps(findDeadlocks(contended))
    if (this.#isClosed) return
    this.#deadlocks = found
    const changed = changedBetween(before, found)
    for (let at = 0; at < changed.length && !this.#isClosed; at += TOLD_AT_ONCE) {
      this.#onChange(changed.slice(at, at + TOLD_AT_ONCE))
      await giveWay()
    }
  }
}

type Deadlocks = ReadonlyMap<string, Deadlock>

/** The locks that are in another circle than before, or in one at last, or no longer. */
function changedBetween(before: Deadlocks, after: Deadlocks): string[] {
  const circles = new Map<string, string>()
  const known = new Map<Deadlock, string>()
  /** Of the same circle the same text, so that many locks of a large one are soon compared. */
  const circleOf = (deadlock: Deadlock): string => {
    const words = known.get(deadlock) ?? deadlock.steps.map(({ label, lock }) => `${label} ${lock}`).join()
    const first = circles.get(words) ?? words
    circles.set(words, first)
    known.set(deadlock, first)
    return first
  }
  return [...new Set([...before.keys(), ...after.keys()])].filter((id) => {
    const [was, is] = [before.get(id), after.get(id)]
    return was === undefined || is === undefined || circleOf(was) !== circleOf(is)
  })
}
