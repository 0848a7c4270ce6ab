import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Row, Sql } from './database.ts'
import { eventOf, SELECT_EVENTS } from './event-row.ts'
import { emptyFold, type Fold, lay, type Stood } from './fold.ts'

const PART = 2_000
const PORTION = 5_000
/** Readings tell of what happened so much later, at most, as a rule. */
const TOLD_WITHIN_MS = 60_000

type Packed = [lock: string, stood: Stood]

/** How much of what happened is laid over each other. */
interface Until {
  /** Null for everything that was ever told. */
  at: number | null
}

/** Writes down how the fleet stands, so that no fold has to begin at the beginning. */
export function writeCheckpoint(sql: Sql, at: number): { seq: number; locks: number } {
  const { fold, seq } = foldUntil(sql, { at: null })
  const locks = [...fold.locks].sort(([a], [b]) => (a < b ? -1 : 1))
  sql.transaction(() => {
    sql.run(
      'insert or replace into checkpoint (seq, at, locks, observed, is_patchy) values (?, ?, ?, ?, ?)',
      ...[seq, at, locks.length, JSON.stringify([...fold.observed]), Number(fold.isPatchy)],
    )
    sql.run('delete from checkpoint_part where checkpoint = ?', seq)
    for (let from = 0; from < locks.length; from += PART) {
      const part = locks.slice(from, from + PART)
      sql.run(
        'insert into checkpoint_part (checkpoint, first, locks) values (?, ?, ?)',
        ...[seq, part[0]?.[0] ?? '', pack(part)],
      )
    }
  })
  return { seq, locks: locks.length }
}

/** How the fleet stood then. */
export const foldAt = (sql: Sql, at: number): Fold => foldUntil(sql, { at }).fold

function foldUntil(sql: Sql, { at }: Until): { fold: Fold; seq: number } {
  const fold = emptyFold()
  const checkpoint = checkpointBefore(sql, at ?? Number.MAX_SAFE_INTEGER)
  if (checkpoint) unpackInto(sql, fold, checkpoint)
  // What was forgotten can't be laid under it.
  else fold.isPatchy = Number(sql.all('select min(seq) as seq from event')[0]?.seq ?? 1) > 1
  let seq = Number(checkpoint?.seq ?? 0)
  const last = lastToldOf(sql, at)
  while (seq < last) {
    const rows = sql.all(
      `${SELECT_EVENTS} where seq > ? and seq <= ? order by seq limit ?`,
      ...[seq, last, PORTION],
    )
    for (const row of rows) {
      if (at === null || Number(row.at) <= at) lay(fold, eventOf(row))
    }
    seq = rows.length < PORTION ? last : Number(rows.at(-1)?.seq ?? last)
  }
  return { fold, seq: last }
}

/** How one lock stood at the last checkpoint before that time; null when it was free or is not known. */
export function stoodAt(sql: Sql, at: number, lock: string): Stood | null {
  const checkpoint = checkpointBefore(sql, at)
  if (!checkpoint) return null
  const [part] = sql.all(
    'select locks from checkpoint_part where checkpoint = ? and first <= ? order by first desc limit 1',
    ...[Number(checkpoint.seq), lock],
  )
  return unpack(part?.locks).find(([id]) => id === lock)?.[1] ?? null
}

/** Whether somebody looked at a backend at the last checkpoint before that time. */
export function wasObserved(sql: Sql, at: number, backend: string): boolean {
  const observed = new Map<string, boolean>(JSON.parse(String(checkpointBefore(sql, at)?.observed ?? '[]')))
  return observed.get(backend) === true
}

const checkpointBefore = (sql: Sql, at: number): Row | undefined =>
  sql.all('select * from checkpoint where at <= ? order by at desc, seq desc limit 1', at)[0]

/** The number of the last event that may tell of that time. */
function lastToldOf(sql: Sql, at: number | null): number {
  const [later] =
    at === null ? [] : sql.all('select seq from event where at > ? order by at limit 1', at + TOLD_WITHIN_MS)
  if (later) return Number(later.seq) - 1
  return Number(sql.all('select max(seq) as seq from event')[0]?.seq ?? 0)
}

function unpackInto(sql: Sql, fold: Fold, { seq, observed, is_patchy }: Row): void {
  for (const [backend, isObserved] of JSON.parse(String(observed))) fold.observed.set(backend, isObserved)
  fold.isPatchy = is_patchy === 1
  for (const part of sql.all('select locks from checkpoint_part where checkpoint = ?', Number(seq))) {
    for (const [id, stood] of unpack(part.locks)) fold.locks.set(id, stood)
  }
}

const pack = (part: readonly Packed[]): Uint8Array => deflateRawSync(JSON.stringify(part), { level: 1 })

/** The driver gives the bytes in one of two ways. */
const unpack = (locks: Row[string] | ArrayBuffer | undefined): Packed[] => {
  if (!(locks instanceof ArrayBuffer) && !(locks instanceof Uint8Array)) return []
  return JSON.parse(inflateRawSync(new Uint8Array(locks)).toString())
}
