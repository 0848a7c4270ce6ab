import type { Brief, LockTable } from '../fleet/brief.ts'
import type { Lock } from '../fleet/lock.ts'
import type { Row } from './row.ts'
import type { Rows } from './rows.ts'
import { walk } from './shelves.ts'

/** The locks of all backends. */
export class FleetTable implements LockTable {
  readonly #backends: readonly Rows[]
  readonly #judged: (rows: Rows, row: Row) => Lock

  constructor(backends: readonly Rows[], judged: (rows: Rows, row: Row) => Lock) {
    this.#backends = backends
    this.#judged = judged
  }

  get size(): number {
    return this.#backends.reduce((sum, { size }) => sum + size, 0)
  }

  has(id: string): boolean {
    return this.brief(id) !== undefined
  }

  get(id: string): Lock | undefined {
    for (const rows of this.#backends) {
      const row = rows.byId(id)
      if (row) return this.#judged(rows, row)
    }
    return undefined
  }

  brief(id: string): Brief | undefined {
    for (const rows of this.#backends) {
      const row = rows.byId(id)
      if (row) return row
    }
    return undefined
  }

  briefs(): IterableIterator<Brief> {
    return walk(this.#backends.flatMap(({ shelves }) => shelves))
  }
}
