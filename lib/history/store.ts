import { type AuditLog, openAuditLog } from './audit-log.ts'
import { begin } from './begin.ts'
import { claimStore, openSql } from './database.ts'
import { digestKey, writeFact } from './facts.ts'
import { type History, type HistoryOptions, limitsOf, openHistory } from './history.ts'
import { openHistoryThread } from './history-thread.ts'
import { HISTORY_MIGRATIONS, migrate, STORE_MIGRATIONS } from './schema.ts'

/** Everything that a console remembers: one file for the audit, and one for what happened. */
export interface Store {
  readonly history: History
  readonly audit: AuditLog
  readonly digestKey: Buffer
  /** Throws when nothing can be written. */
  tryWrite(): void
  close(): Promise<void>
}

/** Beside the store, so that many events never keep an act waiting. */
export const historyFile = (file: string): string => `${file.replace(/\.db$/, '')}.history.db`

/** The thread is handed in, so that tests need not start one. */
export function openStore(file: string, options: HistoryOptions, openThread = openHistoryThread): Store {
  const claim = claimStore(file)
  try {
    const lastSeq = openHistoryFile(historyFile(file), options.now())
    const durable = openSql(file, 'durable')
    migrate(durable, file, STORE_MIGRATIONS)
    const thread = openThread({ file: historyFile(file), limits: limitsOf(options) })
    const history = openHistory(thread, lastSeq, options)
    return {
      history,
      audit: openAuditLog(durable, options.now),
      digestKey: digestKey(durable),
      tryWrite: () => writeFact(durable, 'tried', String(options.now())),
      async close() {
        await history.close()
        durable.close()
        claim.release()
      },
    }
  } catch (error) {
    claim.release()
    throw error
  }
}

/** Made ready here, so that a console that can't use it says so at once. */
function openHistoryFile(file: string, now: number): number {
  const sql = openSql(file, 'fast')
  try {
    migrate(sql, file, HISTORY_MIGRATIONS)
    return begin(sql, now)
  } finally {
    sql.close()
  }
}
