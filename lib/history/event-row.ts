import { type FleetEvent, fleetEventSchema } from '../fleet/event.ts'
import type { Sql } from './database.ts'

export function insertEvent(sql: Sql, event: FleetEvent): void {
  sql.run(
    `insert into event (seq, at, kind, backend, lock, lock_name, node, token_digest, label, fence, waiters)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[Number(event.seq), Date.parse(event.at), event.kind, event.backend, event.lock, event.lockName],
    ...[event.node, event.tokenDigest, event.label, event.fence, event.waiters],
  )
}

export const eventOf = (row: Record<string, unknown>): FleetEvent =>
  fleetEventSchema.parse({
    seq: String(row.seq),
    at: new Date(Number(row.at)).toISOString(),
    kind: row.kind,
    backend: row.backend,
    lock: row.lock,
    lockName: row.lock_name,
    node: row.node,
    tokenDigest: row.token_digest,
    label: row.label,
    fence: row.fence,
    waiters: row.waiters,
  })
