import { type AcquireOptions, type Hold, LockError, type Locks } from '../core/index.ts'
import { monotonicMs, type recordTo } from './history.ts'
import type { ResourceClient } from './resource-client.ts'

/** A hold whose life is written down. */
export interface RecordedHold {
  readonly id: string
  readonly hold: Hold
  /** Writes to both registers of the resource; whether the guarded one took it. Does not look whether it still holds. */
  write(): Promise<boolean>
  /** Writes down what the holder believes by now; whether it believes that it holds. */
  believes(): boolean
  release(): Promise<void>
}

export interface RecordedLocks {
  /** Throws what the locks throw. */
  acquire(key: string, options: AcquireOptions): Promise<RecordedHold>
  /** Everything that was acquired here and not released. */
  readonly holds: ReadonlyMap<string, RecordedHold>
}

/** Locks that write down everything that is asked of them and what comes of it. */
export function recordLocks(
  locks: Locks,
  resource: ResourceClient,
  record: ReturnType<typeof recordTo>,
  process: string,
): RecordedLocks {
  const holds = new Map<string, RecordedHold>()
  let count = 0

  const keep = (key: string, id: string, hold: Hold): RecordedHold => {
    const about = { key, hold: id, fence: hold.fence, permits: hold.permits }
    let until = 0
    let writes = 0
    const believe = (op: 'acquire' | 'renew') => {
      const at = monotonicMs()
      const remainingMs = hold.remainingMs()
      if (op === 'renew' && (remainingMs <= 0 || at + remainingMs <= until + 1)) return remainingMs > 0
      until = at + remainingMs
      record({ at, op, stage: 'ok', ...about, until })
      return remainingMs > 0
    }
    believe('acquire')
    hold.signal.addEventListener('abort', () => {
      const { code } = hold.signal.reason as LockError
      if (code === 'lost') record({ op: 'lost', stage: 'ok', ...about })
    })
    const recorded: RecordedHold = {
      id,
      hold,
      believes: () => believe('renew'),
      async write() {
        writes += 1
        const value = `${id}/${writes}`
        await resource.add(about, value, false)
        if (hold.fence === null) return true
        const taken = await resource.add(about, value, true)
        if (!taken) record({ op: 'write', stage: 'fail', ...about, value, guarded: true })
        return taken
      },
      async release() {
        holds.delete(id)
        record({ op: 'release', stage: 'invoke', ...about })
        await hold.release()
        record({ op: 'release', stage: 'ok', ...about })
      },
    }
    holds.set(id, recorded)
    return recorded
  }

  return {
    holds,
    async acquire(key, options) {
      count += 1
      const id = `${process}.${count}`
      const about = { key, hold: id, permits: options.permits ?? 1 }
      record({ op: 'acquire', stage: 'invoke', ...about })
      try {
        return keep(key, id, await locks.acquire(key, options))
      } catch (error) {
        const [stage, detail] = failureOf(error)
        record({ op: 'acquire', stage, ...about, detail })
        throw error
      }
    },
  }
}

/** Whether it is certain that nothing was granted, even for a moment. */
function failureOf(error: unknown): ['fail' | 'info', string] {
  if (!(error instanceof LockError)) return ['info', String(error)]
  if (error.code === 'timeout') {
    const isHeld =
      error.votes.some(({ why }) => why === 'held') && error.votes.every(({ why }) => why !== null)
    return ['fail', isHeld ? 'held' : 'queued']
  }
  const isCertain = ['frozen', 'quarantined', 'invalid', 'unsupported'].includes(error.code)
  return [isCertain ? 'fail' : 'info', error.code]
}
