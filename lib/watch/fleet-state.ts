import { type LockTable, tableOf } from '../fleet/brief.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { Lock, Waiters } from '../fleet/lock.ts'
import { reduce } from '../fleet/reduce.ts'
import { judge, judgeAgainAt } from '../fleet/verdicts/index.ts'
import { Deadlines } from './deadlines.ts'
import { saysTheSame } from './same-lock.ts'
import type { Change } from './watch.ts'

/** How long a lock that nobody has any more is still known. */
const FORGET_AFTER_MS = 15 * 60_000
/** Sentences with durations in them grow old. */
const SAY_AGAIN_MS = 5_000

interface Options {
  onTrouble: (error: unknown) => void
  onForget: (lock: Lock) => void
}

/** Every lock that is known. Readings come in; what is new about them is told. */
export class FleetState {
  version = 0
  readonly locks: LockTable
  readonly #locks = new Map<string, Lock>()
  readonly #options: Options
  readonly #listeners = new Set<(change: Change) => void>()
  /** The queue as it was before its voters fell silent. */
  readonly #lastQueues = new Map<string, Waiters>()
  readonly #judgements = new Deadlines<string>((ids) => this.#judgeAgain(ids))
  readonly #forgetting = new Deadlines<string>((ids) => this.#forget(ids))

  constructor(options: Options) {
    this.#options = options
    this.locks = tableOf(this.#locks)
  }

  /** Readings of locks, without verdicts yet. */
  put(readings: readonly Lock[]): void {
    const changed: string[] = []
    const events: NewEvent[] = []
    for (const reading of readings) {
      const before = this.#locks.get(reading.id) ?? null
      events.push(...reduce(before && this.#withQueue(before), reading))
      if (this.#keep(before, reading)) changed.push(reading.id)
    }
    if (changed.length > 0 || events.length > 0) this.#publish({ changed, events })
  }

  /** What concerns nodes or backends. */
  tell(events: readonly NewEvent[], nodes: boolean): void {
    this.#publish({ events, nodes })
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#judgements.close()
    this.#forgetting.close()
    this.#listeners.clear()
  }

  #keep(before: Lock | null, reading: Lock): boolean {
    const now = Date.now()
    const { id } = reading
    const lock = { ...reading, verdicts: judge(reading, now) }
    this.#locks.set(id, lock)
    this.#judgements.set(id, nextJudgement(lock, now))
    if (lock.waiters.known) this.#lastQueues.set(id, lock.waiters)
    if (lock.state !== 'free') this.#forgetting.set(id, null)
    else if (before?.state !== 'free') this.#forgetting.set(id, now + FORGET_AFTER_MS)
    return before === null || !saysTheSame(before, lock)
  }

  #withQueue(before: Lock): Lock {
    const waiters = this.#lastQueues.get(before.id)
    return before.waiters.known || !waiters ? before : { ...before, waiters }
  }

  #judgeAgain(ids: readonly string[]): void {
    const now = Date.now()
    const changed = ids.filter((id) => {
      const before = this.#locks.get(id)
      if (!before) return false
      const lock = { ...before, verdicts: judge(before, now) }
      this.#locks.set(id, lock)
      this.#judgements.set(id, nextJudgement(lock, now))
      return !saysTheSame(before, lock)
    })
    if (changed.length > 0) this.#publish({ changed })
  }

  #forget(ids: readonly string[]): void {
    const gone = ids.filter((id) => {
      const lock = this.#locks.get(id)
      if (lock?.state !== 'free') return false
      this.#locks.delete(id)
      this.#lastQueues.delete(id)
      this.#judgements.set(id, null)
      this.#options.onForget(lock)
      return true
    })
    if (gone.length > 0) this.#publish({ gone })
  }

  #publish(part: Partial<Change>): void {
    this.version += 1
    const change: Change = { changed: [], gone: [], events: [], nodes: false, ...part }
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        // Whoever follows must not stop the reading.
        this.#options.onTrouble(error)
      }
    }
  }
}

function nextJudgement(lock: Lock, now: number): number | null {
  const again = lock.verdicts.length > 0 ? now + SAY_AGAIN_MS : null
  const due = judgeAgainAt(lock, now)
  return again === null || due === null ? (again ?? due) : Math.min(again, due)
}
