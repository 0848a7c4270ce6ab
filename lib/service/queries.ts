import { lineOf } from '../fleet/line.ts'
import type { Line, Lock, LockRow } from '../fleet/lock.ts'
import { decodeLockId } from '../fleet/lock-id.ts'
import type { Overview } from '../fleet/overview.ts'
import { Problem } from '../fleet/problem.ts'
import { spans } from '../fleet/spans.ts'
import type { AuditLog } from '../history/audit-log.ts'
import type { History } from '../history/history.ts'
import type { Watch } from '../watch/watch.ts'
import { locksPage } from './locks-page.ts'
import { overviewOf } from './overview.ts'
import type { Recent } from './recent.ts'
import type { Service } from './service.ts'

const LINE_MS = 5 * 60_000
const TIMELINE_MS = 15 * 60_000
const MOST_TIMELINE_MS = 24 * 3_600_000
/** Many pages look at one overview. */
const OVERVIEW_LIVES_MS = 250
const MOST_AUDIT = 500

export type Queries = Pick<Service, 'overview' | 'locks' | 'lock' | 'timeline' | 'nodes' | 'audit'> & {
  row(lock: Lock, withLine: boolean): LockRow
  overviewNow(): Overview
}

interface QueriesDeps {
  watch: Watch
  recent: Recent
  history: History
  audit: AuditLog
  now(): number
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Everything that is asked and changes nothing. */
export function openQueries({ watch, recent, history, audit, now }: QueriesDeps): Queries {
  let kept: { at: number; overview: Overview } | null = null

  const line = (lock: Lock): Line => {
    const at = now()
    const window = { from: iso(at - LINE_MS), to: iso(at), now: iso(at) }
    const { events, grantsBefore } = recent.of(lock.id, lock.backend)
    return lineOf(spans(events, window, grantsBefore, lock.kind), {
      risk: lock.verdicts.some(({ severity }) => severity !== 'note'),
      waitersKnown: lock.waiters.known,
    })
  }
  const row = (lock: Lock, withLine: boolean): LockRow => (withLine ? { ...lock, line: line(lock) } : lock)

  const overviewNow = (): Overview => {
    const at = now()
    if (kept && at - kept.at < OVERVIEW_LIVES_MS) return kept.overview
    const { locks } = watch
    const overview = overviewOf({ locks, backends: watch.backends(), grants: recent.grants, row, now: at })
    kept = { at, overview }
    return overview
  }

  return {
    row,
    overviewNow,
    overview: async () => overviewNow(),
    locks: async (query) =>
      locksPage({ locks: watch.locks, backends: watch.backends(), row, now: iso(now()) }, query),
    async lock(id) {
      backendOf(id)
      const lock = await watch.reread(id)
      if (!lock) throw noLock()
      return { lock, line: line(lock), now: iso(now()) }
    },
    async timeline(id, from, to) {
      const backend = backendOf(id)
      const window = windowOf(from, to, now())
      const events = history.ofLock({ lock: id, backend, from: window.from, to: window.to })
      const shown = { from: iso(window.from), to: iso(window.to), now: iso(now()) }
      const first = events.find(({ kind }) => kind === 'granted')
      const before = first ? history.grantsBefore(id, first.seq) : 0
      return spans(events, shown, before, watch.locks.get(id)?.kind)
    },
    nodes: async () => ({ backends: watch.backends(), now: iso(now()) }),
    audit: async ({ lock, limit, cursor }) => ({
      ...audit.page({ lock, cursor, limit: Math.min(Math.max(1, limit), MOST_AUDIT) }),
      now: iso(now()),
    }),
  }
}

const noLock = () =>
  new Problem('not_found', 'There is no such lock.', {
    hint: 'It may have ended, or its backend is not watched.',
  })

function backendOf(id: string): string {
  const place = decodeLockId(id)
  if (!place) throw noLock()
  return place.backend
}

function windowOf(from: string | null, to: string | null, now: number): { from: number; to: number } {
  const end = to === null ? now : Date.parse(to)
  const start = from === null ? end - TIMELINE_MS : Date.parse(from)
  if (Number.isNaN(start) || Number.isNaN(end) || start >= end) {
    throw new Problem('invalid', '"from" and "to" must be times, the first before the second.', {
      hint: 'Times look like 2026-01-01T12:00:00Z.',
    })
  }
  return { from: Math.max(start, end - MOST_TIMELINE_MS), to: end }
}
