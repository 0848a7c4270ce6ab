import type { Frame } from '../fleet/frame.ts'
import type { LockRow, LocksPage } from '../fleet/lock.ts'
import type { LockAnswer } from './api.ts'

export interface LocksData {
  pages: LocksPage[]
  pageParams: unknown[]
}

export interface LockData extends LockAnswer {
  /** The store no longer knows it; what is shown was the last reading. */
  gone: boolean
}

type LocksFrame = NonNullable<Frame['locks']>

/**
 * Rows change in place and keep their order, so that nothing moves under a hand about to click.
 * `asks` says that rows came in whose place only the service knows: the list wants to be asked for again.
 */
export function patchLocks(data: LocksData, frame: LocksFrame): { data: LocksData; asks: boolean } {
  const changed = new Map(frame.changed.map((row) => [row.id, row]))
  const gone = new Set(frame.gone)
  let touched = false
  const pages = data.pages.map((page) => {
    const items = patchRows(page.items, changed, gone)
    if (items === page.items && page.total === frame.total) return page
    touched = true
    return { ...page, items, total: frame.total }
  })
  const shown = new Set(data.pages.flatMap((page) => page.items.map((row) => row.id)))
  const asks = frame.changed.some((row) => !shown.has(row.id))
  return { data: touched ? { ...data, pages } : data, asks }
}

function patchRows(rows: LockRow[], changed: Map<string, LockRow>, gone: Set<string>): LockRow[] {
  if (!rows.some((row) => changed.has(row.id) || gone.has(row.id))) return rows
  return rows.filter((row) => !gone.has(row.id)).map((row) => patchRow(row, changed.get(row.id)))
}

/** A frame may leave the line out; the one that is known stays. */
function patchRow(row: LockRow, now: LockRow | undefined): LockRow {
  if (now === undefined) return row
  return now.line === undefined && row.line !== undefined ? { ...now, line: row.line } : now
}

export function patchLock(data: LockData, frame: Frame): LockData {
  const id = data.lock.id
  if (frame.locks?.gone.includes(id)) return { ...data, gone: true, now: frame.now }
  const row = frame.locks?.changed.find((changed) => changed.id === id)
  if (row === undefined) return data
  const { line = data.line, nameSize, ...lock } = row
  // A frame tells only how a long name begins; the whole one is known.
  const { name, nameBytes } = nameSize === undefined ? lock : data.lock
  return { lock: { ...lock, name, nameBytes }, line, now: frame.now, gone: false }
}
