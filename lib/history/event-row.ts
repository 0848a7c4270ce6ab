import type { FleetEvent } from '../fleet/event.ts'
import type { Row, Sql } from './database.ts'
import type { LockNumbers } from './lock-numbers.ts'

const LONGEST_LABEL = 500

interface Inserted {
  /** How many rows. */
  made: number
  /** Of a grant whose fence is lower than one before it: the highest of those. */
  fenceBefore: string | null
}

/** An event that was recorded already, as after a lost acknowledgement, is not recorded twice. */
export function insertEvent(sql: Sql, numbers: LockNumbers, event: FleetEvent): Inserted {
  const { lock, backend, lockName } = event
  const numbered = lock === null ? null : numbers.number({ lock, backend, lockName })
  const above = numbered && event.fence !== null ? numbers.fenceAbove(numbered, event.fence) : null
  if (numbered && event.kind === 'granted') numbered.grants += 1
  const made = sql.run(
    `insert or ignore into event (seq, at, kind, lock, backend, node, token_digest, label, fence, waiters, state,
       lasted, nth, summary) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[Number(event.seq), Date.parse(event.at), event.kind, numbered?.id ?? null],
    ...[numbered ? null : backend, event.node, event.tokenDigest],
    ...[event.label?.slice(0, LONGEST_LABEL) ?? null, event.fence, event.waiters, event.state ?? null],
    ...[event.lastedMs ?? null, event.kind === 'granted' ? (numbered?.grants ?? null) : null],
    event.summary ? summaryText(event.summary) : null,
  )
  return { made, fenceBefore: event.kind === 'granted' ? above : null }
}

const summaryText = ({ events, holds, longestMs }: NonNullable<FleetEvent['summary']>): string =>
  JSON.stringify({ events, holds, longestMs })

/** Rows with their lock's own words. */
export const SELECT_EVENTS = `select event.*, lock.lock as lock_id, lock.name as lock_name, lock.backend as lock_backend
  from event left join lock on lock.id = event.lock`

export const eventOf = (row: Row): FleetEvent => ({
  seq: String(row.seq),
  at: new Date(Number(row.at)).toISOString(),
  // What is read here was written here.
  kind: row.kind as FleetEvent['kind'],
  backend: text(row.lock === null ? row.backend : row.lock_backend),
  lock: text(row.lock_id),
  lockName: text(row.lock_name),
  node: text(row.node),
  tokenDigest: text(row.token_digest),
  label: text(row.label),
  fence: text(row.fence),
  waiters: count(row.waiters),
  ...(row.state === null ? {} : { state: row.state as NonNullable<FleetEvent['state']> }),
  ...(row.lasted === null ? {} : { lastedMs: count(row.lasted) }),
  ...(row.summary === null ? {} : { summary: JSON.parse(String(row.summary)) }),
})

const text = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value)

const count = (value: Row[string] | undefined): number | null =>
  value === null || value === undefined ? null : Number(value)
