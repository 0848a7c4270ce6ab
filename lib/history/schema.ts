import { type Sql, StoreError } from './database.ts'

type Migrations = readonly (readonly string[])[]

/** What must never be lost: the audit and the console's own key. Each entry brings it one version further; entries are only added. */
export const STORE_MIGRATIONS: Migrations = [
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
  // Events have a file of their own since then.
  [`drop table event`],
]

/** What happened in the fleet: much, and worth less the older it is. */
export const HISTORY_MIGRATIONS: Migrations = [
  [
    `create table fact (name text primary key, value text not null) without rowid`,
    `create table lock (
       id integer primary key autoincrement,
       lock text not null unique,
       backend text,
       name text
     )`,
    `create table event (
       seq integer primary key,
       at integer not null,
       kind text not null,
       lock integer,
       backend text,
       node text,
       token_digest text,
       label text,
       fence text,
       waiters integer,
       state text,
       lasted integer,
       nth integer,
       summary text
     )`,
    `create index event_of_lock on event (lock, seq)`,
    `create index event_at on event (at)`,
    `create table checkpoint (
       seq integer primary key,
       at integer not null,
       locks integer not null,
       observed text not null,
       is_patchy integer not null
     )`,
    `create index checkpoint_at on checkpoint (at)`,
    `create table checkpoint_part (checkpoint integer not null, first text not null, locks blob not null)`,
    `create index part_of_checkpoint on checkpoint_part (checkpoint, first)`,
    `create table usual (lock integer primary key, holds text not null, waits text not null)`,
  ],
  // Written only when a lower one is granted; else the newest event with a fence has the highest.
  [`alter table lock add column fence text`],
]

/** Brings a file to this console's version. A file of a newer console is left untouched. */
export function migrate(sql: Sql, file: string, migrations: Migrations): void {
  const newest = migrations.length
  const version = Number(sql.all('pragma user_version')[0]?.user_version ?? 0)
  if (version > newest) {
    throw new StoreError(
      `The store ${file} was written by a newer console (its version is ${version}, this console knows ${newest}). ` +
        'Start the newer console, or name another file under "store" in the configuration.',
    )
  }
  for (let next = version; next < newest; next += 1) {
    sql.transaction(() => {
      for (const statement of migrations[next] ?? []) sql.run(statement)
      sql.run(`pragma user_version = ${next + 1}`)
    })
  }
}
