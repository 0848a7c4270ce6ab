import type { FleetEvent } from '../fleet/event.ts'
import { ABOUT_ALL } from './about-all.ts'
import type { Sql } from './database.ts'
import { insertEvent } from './event-row.ts'
import { readFact, writeFact } from './facts.ts'
import { LockNumbers } from './lock-numbers.ts'

/**
 * From the last sign of life of the console before until each backend is seen again, nobody looks. The backends' own
 * `observing` ends that; before the very first one nobody ever looked. Answers the number of the newest event.
 */
export function begin(sql: Sql, now: number): number {
  const last = Number(sql.all('select max(seq) as seq from event')[0]?.seq ?? 0)
  const isAfterCrash = readFact(sql, 'running') === 'yes'
  sql.transaction(() => {
    if (isAfterCrash) insertEvent(sql, new LockNumbers(sql), endedAt(String(last + 1), lastSign(sql, now)))
    writeFact(sql, 'running', 'yes')
  })
  return isAfterCrash ? last + 1 : last
}

function lastSign(sql: Sql, now: number): number {
  const lastEvent = Number(sql.all('select max(at) as at from event')[0]?.at ?? 0)
  return Math.min(now, Math.max(lastEvent, Number(readFact(sql, 'heartbeat') ?? 0)))
}

const endedAt = (seq: string, at: number): FleetEvent => ({
  seq,
  at: new Date(at).toISOString(),
  kind: 'not-observing',
  ...ABOUT_ALL,
})
