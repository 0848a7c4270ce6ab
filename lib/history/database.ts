import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'

export type Value = string | number | null | Uint8Array
export type Row = Record<string, Value>

const MOST_LEFT_IN_WAL = 16 * 1024 * 1024

/** The few things the history asks of SQL, so that another store can take the place of this file. */
export interface Sql {
  /** Rows of a query. */
  all(sql: string, ...values: Value[]): Row[]
  /** Runs one statement; answers how many rows it changed. */
  run(sql: string, ...values: Value[]): number
  /** All or nothing. */
  transaction<T>(work: () => T): T
  close(): void
}

/**
 * Opens a connection. A `durable` one has every commit on the disk before it returns; of the other the last commits may
 * be lost with the power, but never half of one.
 */
export function openSql(file: string, mode: 'durable' | 'fast'): Sql {
  makePrivate(file)
  const db = new Database(file, { timeout: 5_000 })
  // Only a file without tables takes this over: its room can then be given back little by little.
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma('journal_mode = WAL')
  db.pragma(`journal_size_limit = ${MOST_LEFT_IN_WAL}`)
  db.pragma(`synchronous = ${mode === 'durable' ? 'FULL' : 'NORMAL'}`)
  const prepared = new Map<string, Database.Statement<Value[][]>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? db.prepare<Value[][]>(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    all: (sql, ...values) => statement(sql).all(values) as Row[],
    run: (sql, ...values) => statement(sql).run(values).changes,
    transaction: (work) => atOnce(db, work),
    close: () => {
      db.close()
    },
  }
}

/** The driver's own would tell of the rollback, which SQLite has done itself after a full disk, and not of what failed. */
function atOnce<T>(db: Database.Database, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** A new file is only for the user that the console runs as; what lies beside it takes over its rights. */
const makePrivate = (file: string): void => closeSync(openSync(file, 'a', 0o600))

/** The store can't be used; the text is meant for whoever starts the console. */
export class StoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
  }
}

/** Keeps every other console away from a store until it is closed or its process ends, however it ends. */
export function claimStore(file: string): { release(): void } {
  const lock = openLock(file)
  try {
    lock.pragma('journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw isBusy(error) ? taken(file) : cantWrite(file, error)
  }
  return {
    release: () => {
      lock.exec('ROLLBACK')
      lock.close()
    },
  }
}

function openLock(file: string): Database.Database {
  try {
    mkdirSync(dirname(file), { recursive: true })
    makePrivate(lockFile(file))
    return new Database(lockFile(file), { timeout: 0 })
  } catch (error) {
    throw cantWrite(file, error)
  }
}

/** A database of its own that is never written: only its lock is of use, and the system gives that up with the process. */
const lockFile = (file: string): string => `${file.replace(/\.db$/, '')}.lock.db`

const isBusy = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY'

const taken = (file: string) =>
  new StoreError(
    `Another console is using the store ${file}. End that one, or name another file under "store" in the configuration.`,
  )

const cantWrite = (file: string, cause: unknown) =>
  new StoreError(
    `The store ${file} can't be written. Name a file in a writable folder under "store" in the configuration.`,
    { cause },
  )
