import type { FleetEvent } from '../fleet/event.ts'
import type { Usual } from '../fleet/usual.ts'
import { addSketch, addToSketch, emptySketch, percentilesOf, type Sketch } from '../fleet/usual-sketch.ts'
import type { Sql } from './database.ts'
import { gotIt } from './got-it.ts'
import type { LockNumbers } from './lock-numbers.ts'
import type { Summary } from './wholes.ts'

interface Sketches {
  readonly id: number
  readonly holds: Sketch
  readonly waits: Sketch
  isDirty: boolean
  lastGrant: Pick<FleetEvent, 'at' | 'label'> | null
}

const MOST_REMEMBERED = 20_000
const ENDS: ReadonlySet<string> = new Set(['released', 'expired', 'ended'])

/** What is usual of each lock: of those that are busy in memory, written down little by little, of the others in the file. */
export class Usuals {
  readonly #sql: Sql
  readonly #numbers: LockNumbers
  readonly #known = new Map<string, Sketches>()
  #dirty = new Set<string>()

  constructor(sql: Sql, numbers: LockNumbers) {
    this.#sql = sql
    this.#numbers = numbers
  }

  add(event: FleetEvent): void {
    const { lock, kind, lastedMs } = event
    const summary: Summary | undefined = event.summary
    if (lock === null || !(summary || kind === 'granted' || kind === 'gave-up' || ENDS.has(kind))) return
    const sketches = this.#sketches(lock)
    if (!sketches) return
    if (kind === 'granted') sketches.lastGrant = { at: event.at, label: event.label }
    if (summary?.lasted) {
      addSketch(sketches.holds, summary.lasted.holds)
      addSketch(sketches.waits, summary.lasted.waits)
    } else if (typeof lastedMs === 'number' && (kind !== 'gave-up' || gotIt(event, sketches.lastGrant))) {
      addToSketch(ENDS.has(kind) ? sketches.holds : sketches.waits, lastedMs)
    } else return
    sketches.isDirty = true
    this.#dirty.add(lock)
  }

  of(lock: string): Usual {
    const sketches = this.#sketches(lock)
    return {
      holds: sketches ? percentilesOf(sketches.holds) : null,
      waits: sketches ? percentilesOf(sketches.waits) : null,
    }
  }

  /** Writes down so many of those that changed, the ones that changed first. */
  write(most: number): void {
    const locks = [...this.#dirty].slice(0, most)
    if (locks.length === 0) return
    this.#sql.transaction(() => {
      for (const lock of locks) this.#write(lock)
    })
    for (const lock of locks) this.#dirty.delete(lock)
  }

  forget(lock: string): void {
    this.#known.delete(lock)
    this.#dirty.delete(lock)
  }

  #sketches(lock: string): Sketches | null {
    const known = this.#known.get(lock)
    if (known) return known
    const numbered = this.#numbers.find(lock)
    if (!numbered) return null
    const [row] = this.#sql.all('select holds, waits from usual where lock = ?', numbered.id)
    const sketches: Sketches = {
      id: numbered.id,
      holds: row ? JSON.parse(String(row.holds)) : emptySketch(),
      waits: row ? JSON.parse(String(row.waits)) : emptySketch(),
      isDirty: false,
      lastGrant: null,
    }
    this.#makeRoom()
    this.#known.set(lock, sketches)
    return sketches
  }

  #makeRoom(): void {
    const [oldest] = this.#known.keys()
    if (this.#known.size < MOST_REMEMBERED || oldest === undefined) return
    this.#write(oldest)
    this.#dirty.delete(oldest)
    this.#known.delete(oldest)
  }

  #write(lock: string): void {
    const sketches = this.#known.get(lock)
    if (!sketches?.isDirty) return
    this.#sql.run(
      'insert or replace into usual (lock, holds, waits) values (?, ?, ?)',
      ...[sketches.id, JSON.stringify(sketches.holds), JSON.stringify(sketches.waits)],
    )
    sketches.isDirty = false
  }
}
