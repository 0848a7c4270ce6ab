import type { AuditEntry, NewAuditEntry } from '../fleet/audit.ts'
import type { Lock } from '../fleet/lock.ts'
import { isFree } from '../fleet/states.ts'

export interface SettleDeps {
  unsettled(): AuditEntry[]
  outcome(of: string, entry: NewAuditEntry): string
  /** Once enough of a backend answers to say who holds what, however long that takes; false when it is none of ours. */
  observed(backend: string): Promise<boolean>
  reread(id: string): Promise<Lock | null>
  onTrouble(error: unknown): void
}

/** Closes the intents of a console that ended before it knew what came of them, with what is in the stores now. */
export async function settleIntents(deps: SettleDeps): Promise<void> {
  await Promise.all(deps.unsettled().map((intent) => settle(deps, intent)))
}

async function settle(deps: SettleDeps, intent: AuditEntry): Promise<void> {
  const { id, at: _at, phase: _phase, of: _of, ...act } = intent
  try {
    const now = await found(deps, intent)
    const says = `The console ended before it knew what came of this. When it looked again, ${now}.`
    deps.outcome(id, { ...act, result: 'unknown', says, nodes: [] })
  } catch (error) {
    deps.onTrouble(error)
  }
}

async function found(deps: SettleDeps, { backend, lock, tokenDigest }: AuditEntry): Promise<string> {
  if (!(await deps.observed(backend))) return 'its backend was not watched any more'
  try {
    return standing(tokenDigest, await deps.reread(lock))
  } catch (error) {
    deps.onTrouble(error)
    return 'the lock could not be read'
  }
}

function standing(tokenDigest: string | null, lock: Lock | null): string {
  if (!lock || isFree(lock.state)) return 'nobody had the lock'
  if (lock.state === 'unknown') return 'too few nodes answered to tell who had the lock'
  const [holder] = lock.holders
  if (!holder) return 'nobody had the lock'
  return holder.tokenDigest === tokenDigest
    ? `${holder.label} still had the lock`
    : `another hold, of ${holder.label}, had the lock`
}
