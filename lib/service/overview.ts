import { allLocks, type LockTable } from '../fleet/brief.ts'
import { byHarm } from '../fleet/harm.ts'
import type { Lock, LockRow } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import type { Overview } from '../fleet/overview.ts'

const MOST_TROUBLED = 50
const MOST_CONTENDED = 12

interface Known {
  locks: LockTable
  backends: FleetBackend[]
  grants(id: string): number
  row(lock: Lock, withLine: boolean): LockRow
  now: number
}

export function overviewOf(known: Known): Overview {
  const { locks, now } = known
  const counts = { held: 0, waiting: 0, waitingLocks: 0, atRisk: 0, unknown: 0, all: locks.size }
  const troubled: Lock[] = []
  const contended: { lock: Lock; waiting: number; grants: number }[] = []
  for (const lock of allLocks(locks)) {
    const waiting = lock.waiters.known ? lock.waiters.count : 0
    const grants = known.grants(lock.id)
    counts.waiting += waiting
    if (lock.state === 'held') counts.held += 1
    if (lock.state === 'unknown') counts.unknown += 1
    if (waiting > 0) counts.waitingLocks += 1
    if (lock.verdicts.some(({ severity }) => severity !== 'note')) counts.atRisk += 1
    if (lock.verdicts.length > 0) troubled.push(lock)
    if (waiting > 0 || grants > 1) contended.push({ lock, waiting, grants })
  }
  contended.sort(
    (a, b) => b.waiting - a.waiting || b.grants - a.grants || (a.lock.name < b.lock.name ? -1 : 1),
  )
  return {
    now: new Date(now).toISOString(),
    counts,
    backends: known.backends,
    troubled: troubled
      .sort(byHarm(now))
      .slice(0, MOST_TROUBLED)
      .map((lock) => known.row(lock, true)),
    contended: contended.slice(0, MOST_CONTENDED).map(({ lock }) => known.row(lock, true)),
  }
}
