import { randomUUID } from 'node:crypto'
import type { LockTable } from '../fleet/brief.ts'
import { csvHead, csvOfLock, csvTail, type ExportFormat, jsonOfLock } from '../fleet/export-lock.ts'
import { compileFilter } from '../fleet/filter.ts'
import type { LocksPage } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import { Problem } from '../fleet/problem.ts'
import { inPortions } from '../watch/portions.ts'
import { incomplete, joined } from './incomplete.ts'

/** Small enough to be made in one turn of the thread, large enough that a hundred thousand locks are soon told. */
const LOCKS_AT_ONCE = 100
const MOST_PART_CHARS = 256 * 1024
const MOST_OPEN = 4
/** Whoever asks for nothing for so long is gone. */
const FORGOTTEN_MS = 60_000

export interface ExportQuery {
  q: string
  format: ExportFormat
}

export interface ExportPart {
  text: string
  /** For the next part; null when this was the last. */
  ticket: string | null
  /** Who did not answer until now. */
  incomplete: Incomplete
}

type Incomplete = LocksPage['incomplete']

export interface Exports {
  begin(query: ExportQuery): Promise<ExportPart>
  next(ticket: string): ExportPart
  end(ticket: string): void
}

interface ExportSource {
  locks: LockTable
  backends(): readonly FleetBackend[]
  now(): number
}

interface Open {
  format: ExportFormat
  ids: readonly string[]
  at: number
  told: number
  /** Who did not answer when it began. */
  incomplete: Incomplete
  usedAt: number
}

/** Locks as files, part after part: which locks is decided once, at the beginning; what each is like when it is written. */
export function openExports({ locks, backends, now }: ExportSource): Exports {
  const all = new Map<string, Open>()

  const forgetOld = () => {
    for (const [ticket, open] of all) if (now() - open.usedAt > FORGOTTEN_MS) all.delete(ticket)
  }

  const partOf = (ticket: string, open: Open, head: string): ExportPart => {
    const parts = [head]
    let size = 0
    const until = Math.min(open.ids.length, open.at + LOCKS_AT_ONCE)
    for (; open.at < until && size < MOST_PART_CHARS; open.at += 1) {
      const lock = locks.get(open.ids[open.at] ?? '')
      if (!lock) continue
      const text =
        open.format === 'csv' ? csvOfLock(lock) : `${open.told === 0 ? '' : ','}\n${jsonOfLock(lock)}`
      open.told += 1
      size += text.length
      parts.push(text)
    }
    open.usedAt = now()
    if (open.at < open.ids.length) return { text: parts.join(''), ticket, incomplete: open.incomplete }
    all.delete(ticket)
    const silent = joined(open.incomplete, incomplete(backends()))
    parts.push(open.format === 'csv' ? csvTail(silent) : jsonTail(silent, open.told))
    return { text: parts.join(''), ticket: null, incomplete: silent }
  }

  return {
    async begin({ q, format }) {
      const isWanted = compileFilter(q, now())
      forgetOld()
      if (all.size >= MOST_OPEN) {
        throw new Problem('busy', `${MOST_OPEN} exports are under way already.`, {
          hint: 'Wait for one to end.',
        })
      }
      const ids: string[] = []
      const ticket = randomUUID()
      const silent = incomplete(backends())
      const open: Open = { format, ids, at: 0, told: 0, incomplete: silent, usedAt: now() }
      all.set(ticket, open)
      await inPortions(locks.briefs(), (brief) => {
        if (isWanted(brief)) ids.push(brief.id)
      })
      return partOf(ticket, open, format === 'csv' ? csvHead() : jsonHead(q, now()))
    },
    next(ticket) {
      const open = all.get(ticket)
      if (open) return partOf(ticket, open, '')
      throw new Problem('not_found', 'There is no such export any more.', { hint: 'Begin again.' })
    },
    end: (ticket) => void all.delete(ticket),
  }
}

const jsonHead = (q: string, at: number): string =>
  `${JSON.stringify({ q, exportedAt: new Date(at).toISOString() }).slice(0, -1)},"locks":[`

/** What is known only when everything was told. */
const jsonTail = (silent: Incomplete, count: number): string =>
  `\n],"incomplete":${JSON.stringify(silent)},"count":${count}}\n`
