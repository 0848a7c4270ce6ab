import type { LockTable } from '../fleet/brief.ts'
import type { Lock, LockRow } from '../fleet/lock.ts'
import { inPortions } from '../watch/portions.ts'

/** A row with its line is work, and a name may be long: the clock is looked at after so many. */
const AT_ONCE = 2

interface Source {
  readonly locks: LockTable
  row(lock: Lock, withLine: boolean): LockRow
}

/** Rows as text, each written once for all who are told of it at the same moment. */
export class FrameRows {
  readonly #source: Source
  #written = new Map<string, string>()

  constructor(source: Source) {
    this.#source = source
  }

  /** A new moment. */
  begin(): void {
    if (this.#written.size > 0) this.#written = new Map()
  }

  /** A list of the rows of those that are still there. */
  async listOf(ids: readonly string[], withLine: boolean): Promise<string> {
    const list: string[] = []
    await inPortions(
      ids,
      (id) => {
        const row = this.#write(id, withLine)
        if (row !== null) list.push(row)
      },
      AT_ONCE,
    )
    return `[${list.join(',')}]`
  }

  #write(id: string, withLine: boolean): string | null {
    const key = `${withLine ? '+' : '-'}${id}`
    const known = this.#written.get(key)
    if (known !== undefined) return known
    const lock = this.#source.locks.get(id)
    if (!lock) return null
    const row = JSON.stringify(this.#source.row(lock, withLine))
    this.#written.set(key, row)
    return row
  }
}
