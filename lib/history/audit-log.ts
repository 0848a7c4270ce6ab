import { type AuditEntry, auditEntrySchema, type NewAuditEntry } from '../fleet/audit.ts'
import { Problem } from '../fleet/problem.ts'
import type { Row, Sql, Value } from './database.ts'

/** Append-only record of acts. What a method wrote is on the disk when it returns; when it can't be, it throws. */
export interface AuditLog {
  intent(entry: NewAuditEntry): string
  outcome(of: string, entry: NewAuditEntry): string
  refused(entry: NewAuditEntry): string
  /** Intents that no outcome closes: the console ended in between. */
  unsettled(): AuditEntry[]
  /** Newest first. */
  page(query: { lock: string | null; limit: number; cursor: string | null }): {
    items: AuditEntry[]
    nextCursor: string | null
    total: number
  }
}

export function openAuditLog(sql: Sql, now: () => number): AuditLog {
  const write = (phase: AuditEntry['phase'], of: string | null, entry: NewAuditEntry): string => {
    const rows = sql.transaction(() =>
      sql.all(
        `insert into audit (at, phase, of, actor, act, plan, backend, lock, lock_name, reason, holder,
           token_digest, result, says, nodes) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
        ...[now(), phase, of === null ? null : Number(of), entry.actor, entry.act, entry.plan, entry.backend],
        ...[entry.lock, entry.lockName, entry.reason, entry.holder, entry.tokenDigest, entry.result],
        ...[entry.says, JSON.stringify(entry.nodes)],
      ),
    )
    return String(rows[0]?.id)
  }
  return {
    intent: (entry) => write('intent', null, entry),
    outcome: (of, entry) => write('outcome', of, entry),
    refused: (entry) => write('refused', null, entry),
    unsettled: () =>
      sql
        .all(
          `select * from audit as intent where phase = 'intent'
             and not exists (select 1 from audit where of = intent.id) order by id`,
        )
        .map(entryOf),
    page({ lock, limit, cursor }) {
      const before = cursorId(cursor)
      const [where, values]: [string, Value[]] = lock === null ? ['1', []] : ['lock = ?', [lock]]
      const rows = sql.all(
        `select * from audit where ${where} and id < ? order by id desc limit ?`,
        ...values,
        ...[before, limit + 1],
      )
      const total = Number(sql.all(`select count(*) as n from audit where ${where}`, ...values)[0]?.n ?? 0)
      const items = rows.slice(0, limit).map(entryOf)
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null, total }
    },
  }
}

function cursorId(cursor: string | null): number {
  if (cursor === null) return Number.MAX_SAFE_INTEGER
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new Problem('invalid', 'This cursor is not one of ours.', { hint: 'Leave it out to begin again.' })
}

const entryOf = (row: Row): AuditEntry =>
  auditEntrySchema.parse({
    id: String(row.id),
    at: new Date(Number(row.at)).toISOString(),
    phase: row.phase,
    of: row.of === null ? null : String(row.of),
    actor: row.actor,
    act: row.act,
    plan: row.plan,
    backend: row.backend,
    lock: row.lock,
    lockName: row.lock_name,
    reason: row.reason,
    holder: row.holder,
    tokenDigest: row.token_digest,
    result: row.result,
    says: row.says,
    nodes: JSON.parse(String(row.nodes)),
  })
