import { type AuditLog, openAuditLog } from './audit-log.ts'
import { claimStore, openSql } from './database.ts'
import { digestKey } from './facts.ts'
import { type History, type HistoryOptions, openHistory } from './history.ts'
import { migrate } from './schema.ts'

/** One file with everything that a console remembers. */
export interface Store {
  readonly history: History
  readonly audit: AuditLog
  readonly digestKey: Buffer
  close(): void
}

export function openStore(file: string, options: HistoryOptions): Store {
  const claim = claimStore(file)
  const opened: { close(): void }[] = []
  const close = () => {
    for (const each of opened.splice(0).reverse()) each.close()
    claim.release()
  }
  try {
    const durable = openSql(file, 'durable')
    opened.push(durable)
    migrate(durable, file)
    const fast = openSql(file, 'fast')
    opened.push(fast)
    const history = openHistory(fast, options)
    opened.push(history)
    return { history, audit: openAuditLog(durable, options.now), digestKey: digestKey(durable), close }
  } catch (error) {
    close()
    throw error
  }
}
