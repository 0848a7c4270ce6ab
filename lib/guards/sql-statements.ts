import { parseFence } from './fence.ts'

/** MariaDB speaks `mysql`. */
export type SqlDialect = 'postgres' | 'mysql'

export interface Statement {
  text: string
  params: unknown[]
}

/** One row of a table that has a column for its fence. */
export interface FencedRow {
  table: string
  /** The row's key: columns that name exactly one row. */
  where: Readonly<Record<string, unknown>>
  /** A 64-bit column; null in it means that nobody has written yet. Default `fence`. */
  fenceColumn?: string
}

/** Fences of resources that have no column for it. Resources are compared byte by byte. */
export function createFencesTable(dialect: SqlDialect, table: string): string {
  const name = quoted(dialect, table)
  return dialect === 'postgres'
    ? `create table if not exists ${name} (resource text primary key, fence bigint not null)`
    : `create table if not exists ${name} (resource varbinary(512) primary key, fence bigint not null) engine = InnoDB`
}

/**
 * Raises a resource's fence if it is lower, and keeps everybody else from it until the transaction ends. PostgreSQL answers
 * what is kept then; MySQL can't.
 */
export function raiseFence(dialect: SqlDialect, table: string, resource: string, fence: bigint): Statement {
  const name = quoted(dialect, table)
  const { param, params } = parameters(dialect)
  const values = `values (${param(resource)}, ${asNumber(dialect, param(String(fence)))})`
  const into = `insert into ${name} (resource, fence) ${values}`
  const text =
    dialect === 'postgres'
      ? `${into} on conflict (resource) do update set fence = greatest(${name}.fence, excluded.fence) returning fence::text as fence`
      : `${into} on duplicate key update fence = greatest(fence, ${asNumber(dialect, param(String(fence)))})`
  return { text, params }
}

/** The fence that is kept now, read as text: drivers make doubles of 64-bit numbers. */
export function readFence(dialect: SqlDialect, table: string, resource: string): Statement {
  const { param, params } = parameters(dialect)
  const text = `select ${asText(dialect, 'fence')} as fence from ${quoted(dialect, table)} where resource = ${param(resource)} for update`
  return { text, params }
}

/** Writes a row and its fence unless the row has seen a higher one. */
export function updateRow(
  dialect: SqlDialect,
  row: FencedRow,
  set: Readonly<Record<string, unknown>>,
  fence: bigint,
): Statement {
  const { param, params } = parameters(dialect)
  const column = quoted(dialect, row.fenceColumn ?? 'fence')
  const number = () => asNumber(dialect, param(String(fence)))
  const changes = Object.entries(set).map(([key, value]) => `${quoted(dialect, key)} = ${param(value)}`)
  const assignments = [...changes, `${column} = ${number()}`].join(', ')
  const conditions = `${keyOf(dialect, row, param)} and (${column} is null or ${column} <= ${number()})`
  return { text: `update ${quoted(dialect, row.table)} set ${assignments} where ${conditions}`, params }
}

export function readRowFence(dialect: SqlDialect, row: FencedRow): Statement {
  const { param, params } = parameters(dialect)
  const column = quoted(dialect, row.fenceColumn ?? 'fence')
  const from = `from ${quoted(dialect, row.table)} where ${keyOf(dialect, row, param)} for update`
  return { text: `select ${asText(dialect, column)} as fence ${from}`, params }
}

function keyOf(dialect: SqlDialect, { table, where }: FencedRow, param: (value: unknown) => string): string {
  const columns = Object.entries(where)
  if (columns.length === 0) throw new RangeError(`which row of ${table}? \`where\` names no column`)
  return columns
    .map(([key, value]) => {
      if (value === null || value === undefined)
        throw new RangeError(`${key} of a row of ${table} is missing`)
      return `${quoted(dialect, key)} = ${param(value)}`
    })
    .join(' and ')
}

function parameters(dialect: SqlDialect) {
  const params: unknown[] = []
  const param = (value: unknown): string => {
    params.push(value)
    return dialect === 'postgres' ? `$${params.length}` : '?'
  }
  return { param, params }
}

/** MySQL would compare a number with a text as doubles. */
const asNumber = (dialect: SqlDialect, operand: string): string =>
  dialect === 'postgres' ? `${operand}::bigint` : `cast(${operand} as signed)`

const asText = (dialect: SqlDialect, column: string): string =>
  dialect === 'postgres' ? `${column}::text` : `cast(${column} as char)`

/** `schema.table` names two things. */
function quoted(dialect: SqlDialect, name: string): string {
  const mark = dialect === 'postgres' ? '"' : '`'
  if (!/^[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)*$/.test(name)) {
    throw new RangeError(`not a name of a table or column: ${JSON.stringify(name.slice(0, 80))}`)
  }
  return name
    .split('.')
    .map((part) => mark + part + mark)
    .join('.')
}

export const fenceIn = (row: Readonly<Record<string, unknown>>): bigint | null =>
  row.fence === null ? null : parseFence(String(row.fence))
