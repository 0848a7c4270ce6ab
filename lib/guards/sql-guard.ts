import { parseFence } from './fence.ts'
import {
  createFencesTable,
  type FencedRow,
  fenceIn,
  raiseFence,
  readFence,
  readRowFence,
  type SqlDialect,
  type Statement,
  updateRow,
} from './sql-statements.ts'
import { StaleFence } from './stale-fence.ts'

/** Runs one statement, on the same connection every time: a pool would spread a transaction over several. */
export type Query = (
  text: string,
  params: unknown[],
) => Promise<{
  /** Rows that an update found or changed. */
  affected: number
  rows: readonly Readonly<Record<string, unknown>>[]
}>

export interface SqlGuardOptions {
  dialect: SqlDialect
  /** Where the fences of resources without a column are kept. Default `lockkeeper_fences`. */
  table?: string
}

export interface SqlGuard {
  /** Makes the table of fences, once; what `claim` and `transaction` need. */
  readonly createTable: string
  /**
   * Inside the caller's transaction, before it writes: from here to its end nobody with another fence writes to the
   * resource. Throws StaleFence when a higher fence was here before; then the transaction has to be rolled back.
   * Outside of a transaction it proves nothing.
   */
  claim(query: Query, resource: string, fence: string | null): Promise<void>
  /** A transaction of its own around `work`, with the claim at its beginning. Rolled back when anything in it throws. */
  transaction<T>(query: Query, resource: string, fence: string | null, work: () => Promise<T> | T): Promise<T>
  /** Writes one row that keeps its own fence, in one statement. Throws StaleFence when it has seen a higher one. */
  update(
    query: Query,
    row: FencedRow,
    set: Readonly<Record<string, unknown>>,
    fence: string | null,
  ): Promise<void>
}

/** Long enough for any name of a lock, and short enough to be a key everywhere. */
const LONGEST_RESOURCE = 512

export function createSqlGuard({ dialect, table = 'lockkeeper_fences' }: SqlGuardOptions): SqlGuard {
  const guard: SqlGuard = {
    createTable: createFencesTable(dialect, table),
    async claim(query, resource, fence) {
      const number = parseFence(fence)
      if (Buffer.byteLength(resource) > LONGEST_RESOURCE) {
        throw new RangeError(`a resource's name has at most ${LONGEST_RESOURCE} bytes`)
      }
      const raised = await send(query, raiseFence(dialect, table, resource, number))
      const { rows } = raised.rows[0] ? raised : await send(query, readFence(dialect, table, resource))
      const seen = rows[0] ? fenceIn(rows[0]) : null
      if (seen === null) throw new Error(`${table} has lost the fence of ${resource} within a transaction`)
      if (seen > number) throw new StaleFence(resource, number, seen)
    },
    async transaction(query, resource, fence, work) {
      await query(dialect === 'postgres' ? 'begin' : 'start transaction', [])
      try {
        await guard.claim(query, resource, fence)
        const result = await work()
        await query('commit', [])
        return result
      } catch (error) {
        await query('rollback', []).catch(() => {})
        throw error
      }
    },
    async update(query, row, set, fence) {
      const number = parseFence(fence)
      const { affected } = await send(query, updateRow(dialect, row, set, number))
      if (affected === 1) return
      if (affected > 1) throw new RangeError(`${nameOf(row)} are ${affected} rows; \`where\` has to name one`)
      const { rows } = await send(query, readRowFence(dialect, row))
      if (!rows[0]) throw new RangeError(`${nameOf(row)} is not there`)
      const seen = fenceIn(rows[0])
      if (seen !== null && seen > number) throw new StaleFence(nameOf(row), number, seen)
      // MySQL does not count a row that already was as it should be.
      if (seen !== number) throw new Error(`${nameOf(row)} appeared while it was written`)
    },
  }
  return guard
}

const send = (query: Query, { text, params }: Statement) => query(text, params)

const nameOf = ({ table, where }: FencedRow): string =>
  `${table} ${Object.entries(where)
    .map(([column, value]) => `${column}=${String(value)}`)
    .join(' ')}`
