import type { Brief, LockTable } from '../fleet/brief.ts'
import { byHarm } from '../fleet/harm.ts'
import type { Lock, LockRow } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import type { Overview } from '../fleet/overview.ts'
import type { VerdictId } from '../fleet/verdict.ts'
import { severityRank } from '../fleet/verdicts/index.ts'
import { inPortions } from '../watch/portions.ts'
import { firstOf, orderBy, type Place } from './lock-order.ts'

const MOST_TROUBLED = 50
/** Harm is told exactly only of so many: of the others a brief says that it is less. */
const MOST_WEIGHED = 200
const MOST_CONTENDED = 12
/** A row with its line is work: the clock is looked at after so many. */
const ROWS_AT_ONCE = 1

interface Known {
  locks: LockTable
  backends: FleetBackend[]
  recent: {
    /** How often a lock was granted lately, and which were granted most often. */
    grants(id: string): number
    mostGranted(most: number): Promise<readonly string[]>
  }
  row(lock: Lock, withLine: boolean): LockRow
  now: number
}

export async function overviewOf(known: Known): Promise<Overview> {
  const { locks, now } = known
  const counts = { held: 0, waiting: 0, waitingLocks: 0, atRisk: 0, unknown: 0, all: 0 }
  const troubled = firstOf(orderBy('harm', harmOf(now)), MOST_WEIGHED)
  const contended = firstOf(orderBy('contention', contentionOf(known.recent.grants)), MOST_CONTENDED)
  await inPortions(locks.briefs(), (brief) => {
    if (brief.confidence === 'candidate') return
    const waiting = brief.waiters ?? 0
    counts.all += 1
    counts.waiting += waiting
    if (brief.state === 'held') counts.held += 1
    if (brief.state === 'unknown') counts.unknown += 1
    if (waiting > 0) counts.waitingLocks += 1
    if (brief.severity !== null && brief.severity !== 'note') counts.atRisk += 1
    if (wantsALook(brief)) troubled.offer(brief)
    if (waiting > 0) contended.offer(brief)
  })
  for (const id of await known.recent.mostGranted(MOST_CONTENDED)) {
    const brief = locks.brief(id)
    if (brief && (brief.waiters ?? 0) === 0) contended.offer(brief)
  }
  const weighed = await locksOf(known, troubled.take())
  const worst = weighed.sort(byHarm(now)).slice(0, MOST_TROUBLED)
  const fought = await locksOf(known, contended.take())
  return {
    now: new Date(now).toISOString(),
    counts,
    backends: known.backends,
    troubled: await rowsOf(known, worst),
    contended: await rowsOf(known, fought),
  }
}

/** A fleet may have thousands of mere notes; these few say that nobody gets the lock. */
const WEIGHTY: ReadonlySet<VerdictId> = new Set<VerdictId>(['frozen', 'held-back', 'deadlock'])

const wantsALook = ({ severity, verdicts }: Brief): boolean =>
  severity !== null && (severity !== 'note' || verdicts.some((id) => WEIGHTY.has(id)))

/** As near as a brief tells it: somebody is blocked, somebody may be, nobody is; by how much; how bad; since when. */
function harmOf(now: number): (brief: Brief) => number {
  return ({ waiters, severity, since }) => {
    const ms = Math.min(1e11, Math.max(1, since === null ? 1 : now - since))
    if (waiters !== null && waiters > 0) return -(1e15 + Math.min(waiters, 1e3) * ms)
    const rank = severity === null ? 0 : severityRank[severity]
    return -((waiters === null ? 5e14 : 0) + rank * 1e13 + ms)
  }
}

const contentionOf =
  (grants: (id: string) => number) =>
  ({ id, waiters }: Brief): number =>
    -(waiters ?? 0) * 1e6 - Math.min(999_999, grants(id))

async function locksOf({ locks }: Known, places: readonly Place[]): Promise<Lock[]> {
  const found: Lock[] = []
  const find = ([, , id]: Place) => {
    const lock = locks.get(id)
    if (lock) found.push(lock)
  }
  await inPortions(places, find, ROWS_AT_ONCE)
  return found
}

async function rowsOf({ row }: Known, locks: readonly Lock[]): Promise<LockRow[]> {
  const rows: LockRow[] = []
  await inPortions(locks, (lock) => rows.push(row(lock, true)), ROWS_AT_ONCE)
  return rows
}
