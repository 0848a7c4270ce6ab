import { type Sql, StoreError } from './database.ts'

/** Each entry brings the store one version further. Entries are only ever added. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `create table fact (name text primary key, value text not null) without rowid`,
    `create table event (
       seq integer primary key,
       at integer not null,
       kind text not null,
       backend text,
       lock text,
       lock_name text,
       node text,
       token_digest text,
       label text,
       fence text,
       waiters integer
     )`,
    `create index event_of_lock on event (lock, seq)`,
    `create index event_at on event (at)`,
    `create table audit (
       id integer primary key autoincrement,
       at integer not null,
       phase text not null,
       of integer references audit (id),
       actor text not null,
       act text not null,
       plan text not null,
       backend text not null,
       lock text not null,
       lock_name text not null,
       reason text,
       holder text,
       token_digest text,
       result text,
       says text not null,
       nodes text not null
     )`,
    `create index audit_of_lock on audit (lock, id)`,
    `create index audit_closes on audit (of)`,
  ],
]

const VERSION = MIGRATIONS.length

/** Brings a store to this console's version. A store of a newer console is left untouched. */
export function migrate(sql: Sql, file: string): void {
  const version = Number(sql.all('pragma user_version')[0]?.user_version ?? 0)
  if (version > VERSION) {
    throw new StoreError(
      `The store ${file} was written by a newer console (its version is ${version}, this console knows ${VERSION}). ` +
        'Start the newer console, or name another file under "store" in the configuration.',
    )
  }
  for (let next = version; next < VERSION; next += 1) {
    sql.transaction(() => {
      for (const statement of MIGRATIONS[next] ?? []) sql.run(statement)
      sql.run(`pragma user_version = ${next + 1}`)
    })
  }
}
