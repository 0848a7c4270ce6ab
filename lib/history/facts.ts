import { randomBytes } from 'node:crypto'
import type { Sql } from './database.ts'

/** Single values that the store remembers. */
export const readFact = (sql: Sql, name: string): string | null => {
  const value = sql.all('select value from fact where name = ?', name)[0]?.value
  return value === undefined || value === null ? null : String(value)
}

export const writeFact = (sql: Sql, name: string, value: string): void => {
  sql.run(
    'insert into fact (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    name,
    value,
  )
}

/** The console's own key, made once: with it tokens become digests. */
export function digestKey(sql: Sql): Buffer {
  const known = readFact(sql, 'digest-key')
  if (known !== null) return Buffer.from(known, 'base64')
  const key = randomBytes(32)
  writeFact(sql, 'digest-key', key.toString('base64'))
  return key
}
