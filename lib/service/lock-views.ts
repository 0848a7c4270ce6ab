import type { Brief, LockTable } from '../fleet/brief.ts'
import type { LockState } from '../fleet/states.ts'
import { inPortions } from '../watch/portions.ts'
import { LockView, type Numbered, type ViewSpec } from './lock-view.ts'

/** For so long after the last one left, somebody who was cut off finds the view again, with what changed since. */
const LINGER_MS = 30_000
const MOST_IDLE = 64
/** What is asked for again within that time is kept as a view, of this many questions at most. */
const AGAIN_MS = 10_000
const MOST_ASKED = 16
const MOST_REMEMBERED = 256
/** A view that has to look at all locks again does so at most this often. */
const REFILL_MS = 1_000
/** So many are asked at once whether they are still there. */
const SOUGHT_AT_ONCE = 2_000
/** After so many changed locks the clock is looked at. */
const AT_ONCE = 32

/** Views of nearly as many rows are the same one. */
export const ROWS_STEP = 100

interface Kept {
  view: LockView
  lookers: number
  idleSince: number
  filledAt: number
  isReady: boolean
}

/** The views that somebody looks at, or did a moment ago. A change costs each of them one look at that lock. */
export class LockViews {
  readonly #locks: LockTable
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()
  readonly #numbers = new LockNumbers()
  /** When it was last searched for what, the latest last. */
  readonly #asked = new Map<string, number>()
  #pending = new Set<string>()
  /** One thing after the other: looking at all locks for a new view, and at those that changed for all views. */
  #turn: Promise<unknown> = Promise.resolve()
  #at = 0
  /** A lock is gone of which only the id was told: it has to be found among those that are counted. */
  #isMiscounted = false
  /** Those that are still to be asked whether they are there. */
  #sought: Iterator<Brief> | null = null

  constructor(locks: LockTable, now: () => number) {
    this.#locks = locks
    this.#now = now
  }

  /** How many are kept. */
  get size(): number {
    return this.#kept.size
  }

  /** Locks that changed, came or went. They are looked at in the next `flush`. */
  note(ids: readonly string[]): void {
    if (this.#kept.size === 0) return
    for (const id of ids) this.#pending.add(id)
  }

  /** A view to look at until `leave` is called. Refuses a filter or an order that there is not. */
  async look(spec: ViewSpec): Promise<{ view: LockView; leave(): void }> {
    const key = keyOf(spec)
    const kept = this.#kept.get(key) ?? this.#keep(spec)
    kept.lookers += 1
    let left = false
    const leave = () => {
      if (left) return
      left = true
      kept.lookers -= 1
      kept.idleSince = this.#now()
    }
    if (!kept.isReady) {
      await this.#inTurn(async () => {
        if (kept.isReady) return
        await this.#lookAtPending()
        await this.#fill(kept)
      }).catch((error) => {
        leave()
        this.#kept.delete(key)
        throw error
      })
    }
    return { view: kept.view, leave }
  }

  /**
   * A view of these locks in that order, of at least so many rows, up to date; null when there is none. What is asked for
   * again and again is made one, so that looking at all locks is for the first time only.
   */
  async find(q: string, sort: string, rows: number): Promise<LockView | null> {
    for (const kept of this.#kept.values()) {
      const { spec } = kept.view
      if (spec.id !== null || spec.q !== q || spec.sort !== sort || spec.rows < rows) continue
      if (!kept.isReady || kept.view.isTimed || kept.view.isShort) return null
      kept.idleSince = this.#now()
      await this.flush()
      return kept.view.isShort ? null : kept.view
    }
    if (this.#isAskedAgain(q, sort)) {
      const made = this.look({ q, id: null, sort, rows: Math.ceil(rows / ROWS_STEP) * ROWS_STEP })
      void made.then(({ leave }) => leave()).catch(() => {})
    }
    return null
  }

  #isAskedAgain(q: string, sort: string): boolean {
    const key = JSON.stringify([q, sort])
    const now = this.#now()
    const before = this.#asked.get(key)
    this.#asked.delete(key)
    this.#asked.set(key, now)
    const [oldest] = this.#asked.keys()
    if (this.#asked.size > MOST_REMEMBERED && oldest !== undefined) this.#asked.delete(oldest)
    if (before === undefined || now - before > AGAIN_MS) return false
    return [...this.#kept.values()].filter(({ lookers }) => lookers === 0).length < MOST_ASKED
  }

  /** Looks at what changed. */
  flush(): Promise<void> {
    return this.#pending.size === 0 ? Promise.resolve() : this.#inTurn(() => this.#lookAtPending())
  }

  /** Forgets views that nobody wants any more, and fills those that time has made wrong. */
  async tend(): Promise<void> {
    this.#forgetIdle()
    if (this.#isMiscounted || this.#sought !== null) await this.#inTurn(async () => this.#seekGone())
    // One at a time, since everybody waits meanwhile.
    const [oldest] = [...this.#kept.values()].filter((kept) => this.#wantsFill(kept)).sort(byFill)
    if (oldest) await this.#inTurn(() => this.#fill(oldest))
  }

  #wantsFill({ view, lookers, isReady, filledAt }: Kept): boolean {
    const isWrong = isReady && lookers > 0 && (view.isTimed || view.isShort)
    return isWrong && this.#now() - filledAt >= REFILL_MS
  }

  /** Goes on looking for those that are gone: to make the ids of all of them would take too long at once. */
  #seekGone(): void {
    if (this.#sought === null) this.#isMiscounted = false
    this.#sought ??= this.#numbers.briefs()
    for (let left = SOUGHT_AT_ONCE; left > 0; left -= 1) {
      const { done, value: brief } = this.#sought.next()
      if (done) {
        this.#sought = null
        return
      }
      const { id } = brief
      // What is remembered is found when it is looked at.
      if (this.#locks.brief(id) === brief || this.#numbers.isRemembered(id, brief)) continue
      const gone = this.#numbers.drop(brief)
      if (gone) for (const { view } of this.#kept.values()) view.uncount(gone.number, gone.state)
    }
  }

  #keep(spec: ViewSpec): Kept {
    const numbered: Numbered = {
      locks: this.#locks,
      number: (brief) => this.#numbers.of(brief),
      remember: (id) => this.#numbers.remember(id, this.#locks.brief(id)),
      stateOf: (number) => this.#numbers.stateOf(number),
      now: this.#now,
      nextAt: () => {
        this.#at += 1
        return this.#at
      },
    }
    const view = new LockView(spec, numbered)
    const kept: Kept = { view, lookers: 0, idleSince: this.#now(), filledAt: 0, isReady: false }
    this.#kept.set(keyOf(spec), kept)
    return kept
  }

  async #fill(kept: Kept): Promise<void> {
    // What it counts meanwhile is not the whole.
    kept.isReady = false
    await kept.view.fill()
    kept.isReady = true
    kept.filledAt = this.#now()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  async #lookAtPending(): Promise<void> {
    const pending = this.#pending
    this.#pending = new Set()
    const views = [...this.#kept.values()].filter(({ isReady }) => isReady).map(({ view }) => view)
    const one = new Map<string, LockView[]>()
    const many: LockView[] = []
    for (const view of views) {
      const { id } = view.spec
      if (id === null) many.push(view)
      else one.set(id, [...(one.get(id) ?? []), view])
    }
    await inPortions(
      pending,
      (id) => {
        const lookers = one.get(id)
        this.#lookAt(id, lookers ? [...many, ...lookers] : many)
      },
      AT_ONCE,
    )
  }

  #lookAt(id: string, views: readonly LockView[]): void {
    const brief = this.#locks.brief(id)
    const before = this.#numbers.take(id, brief)
    if (before) for (const view of views) view.remove(id, before.number, before.state)
    if (!brief) {
      this.#isMiscounted ||= before === null
      return
    }
    const number = this.#numbers.of(brief)
    const was = this.#numbers.stateOf(number)
    for (const view of views) view.put(id, brief, number, was)
    this.#numbers.changed(id, brief)
  }

  #forgetIdle(): void {
    const idle = [...this.#kept].filter(([, { lookers }]) => lookers === 0)
    idle.sort(([, a], [, b]) => a.idleSince - b.idleSince)
    const tooMany = idle.length - MOST_IDLE
    for (const [index, [key, { idleSince }]] of idle.entries()) {
      if (index < tooMany || this.#now() - idleSince >= LINGER_MS) this.#kept.delete(key)
    }
    if (this.#kept.size > 0 || this.#numbers.size === 0) return
    this.#numbers.clear()
    this.#pending.clear()
    this.#sought = null
  }
}

const byFill = (a: Kept, b: Kept): number => a.filledAt - b.filledAt

const keyOf = ({ q, id, sort, rows }: ViewSpec): string => JSON.stringify([q, id, sort, rows])

/** Small numbers for locks; that of one that is gone is given to another. */
class LockNumbers {
  /** A lock's brief is the same object for as long as it is known. */
  readonly #numbers = new Map<Brief, number>()
  /** Of those that changed or stand in a window, since an id is dear to make. */
  readonly #byId = new Map<string, Brief>()
  #states: LockState[] = []
  #free: number[] = []

  get size(): number {
    return this.#numbers.size
  }

  of(brief: Brief): number {
    const known = this.#numbers.get(brief)
    if (known !== undefined) return known
    const number = this.#free.pop() ?? this.#states.length
    this.#numbers.set(brief, number)
    this.#states[number] = brief.state
    return number
  }

  stateOf(number: number): LockState {
    return this.#states[number] ?? 'unknown'
  }

  remember(id: string, brief: Brief | undefined): void {
    if (brief) this.#byId.set(id, brief)
  }

  isRemembered(id: string, brief: Brief): boolean {
    return this.#byId.get(id) === brief
  }

  changed(id: string, brief: Brief): void {
    this.#byId.set(id, brief)
    this.#states[this.of(brief)] = brief.state
  }

  /** The number, given back, of who had that id and is not what has it now. Null when that was nobody, as far as is known. */
  take(id: string, now: Brief | undefined): { number: number; state: LockState } | null {
    const before = this.#byId.get(id)
    if (before === undefined || before === now) return null
    this.#byId.delete(id)
    return this.drop(before)
  }

  /** The number, given back, of a lock that is gone. */
  drop(brief: Brief): { number: number; state: LockState } | null {
    const number = this.#numbers.get(brief)
    if (number === undefined) return null
    this.#numbers.delete(brief)
    this.#free.push(number)
    return { number, state: this.stateOf(number) }
  }

  briefs(): Iterator<Brief> {
    return this.#numbers.keys()
  }

  clear(): void {
    this.#numbers.clear()
    this.#byId.clear()
    this.#states = []
    this.#free = []
  }
}
