import type { FindingsPage } from '../fleet/finding.ts'
import { findFindings } from '../fleet/findings/index.ts'
import { Summaries } from '../fleet/findings/summary.ts'
import { lineOf } from '../fleet/line.ts'
import type { Line, Lock, LockRow } from '../fleet/lock.ts'
import { decodeLockId } from '../fleet/lock-id.ts'
import type { Overview } from '../fleet/overview.ts'
import { Problem } from '../fleet/problem.ts'
import { shortName, withShortName } from '../fleet/short-name.ts'
import { spans } from '../fleet/spans.ts'
import type { Timeline } from '../fleet/timeline.ts'
import type { WaitsForPage } from '../fleet/waiting.ts'
import { contendedOf, followWaits } from '../fleet/waits-for.ts'
import type { AuditLog } from '../history/audit-log.ts'
import type { History } from '../history/history.ts'
import { inPortions, inSteps } from '../watch/portions.ts'
import type { Watch } from '../watch/watch.ts'
import type { LockViews } from './lock-views.ts'
import { locksPage } from './locks-page.ts'
import { overviewOf } from './overview.ts'
import type { Recent } from './recent.ts'
import type { Service } from './service.ts'
import { thinLine } from './thin-line.ts'
import { mostContended, named } from './timelines.ts'

const LINE_MS = 5 * 60_000
const TIMELINE_MS = 15 * 60_000
const MOST_TIMELINE_MS = 24 * 3_600_000
/** Many pages look at one overview. */
const OVERVIEW_LIVES_MS = 250
const MOST_AUDIT = 500

/** Following who waits for whom costs milliseconds. */
const WAITS_LIVE_MS = 1_000
const FINDINGS_LIVE_MS = 1_000
const MOST_TIMELINES = 50

type Asked =
  | 'overview'
  | 'locks'
  | 'lock'
  | 'timeline'
  | 'timelines'
  | 'nodes'
  | 'waitsFor'
  | 'findings'
  | 'audit'

export type Queries = Pick<Service, Asked> & {
  row(lock: Lock, withLine: boolean): LockRow
  overviewNow(): Promise<Overview>
}

interface QueriesDeps {
  watch: Watch
  views: LockViews
  recent: Recent
  history: History
  audit: AuditLog
  /** A lock goes out to somebody who may act on what it looked like. */
  onShown(lock: Lock): void
  now(): number
}

const iso = (ms: number): string => new Date(ms).toISOString()

/** Everything that is asked and changes nothing. */
export function openQueries({ watch, views, recent, history, audit, onShown, now }: QueriesDeps): Queries {
  const line = (lock: Lock): Line => {
    const at = now()
    const window = { from: iso(at - LINE_MS), to: iso(at), now: iso(at) }
    const { events, grantsBefore } = recent.of(lock.id, lock.backend, lock.holders)
    const drawn = lineOf(spans(events, window, grantsBefore, lock.kind), {
      risk: lock.verdicts.some(({ severity }) => severity !== 'note'),
      waitersKnown: lock.waiters.known,
    })
    return thinLine(drawn)
  }
  const row = (lock: Lock, withLine: boolean): LockRow => {
    const shown = withShortName(lock)
    onShown(shown)
    return withLine ? { ...shown, line: line(lock) } : shown
  }

  const overviewNow = keptFor(OVERVIEW_LIVES_MS, now, () =>
    overviewOf({ locks: watch.locks, backends: watch.backends(), recent, row, now: now() }),
  )

  const timelineOf = async (id: string, window: { from: number; to: number }): Promise<Timeline> => {
    const kind = watch.locks.brief(id)?.kind
    return history.timeline({ lock: id, backend: backendOf(id), kind, ...window, now: now() })
  }

  const waits = keptFor(WAITS_LIVE_MS, now, async (): Promise<WaitsForPage> => {
    const contended: Lock[] = []
    let unknownWaiters = 0
    await inPortions(watch.locks.briefs(), (brief) => {
      if (brief.confidence === 'candidate') return
      if (brief.waiters === null && brief.state === 'held') unknownWaiters += 1
      const lock = contendedOf(watch.locks, brief)
      if (lock) contended.push(lock)
    })
    return {
      waitsFor: await inSteps(followWaits(contended)),
      of: { locks: watch.locks.size, unknownWaiters, backends: watch.backends().length },
      now: iso(now()),
    }
  })

  const findings = keptFor(FINDINGS_LIVE_MS, now, async (): Promise<FindingsPage> => {
    const backends = watch.backends()
    const most = new Map(backends.map(({ id, maxTtlMs }) => [id, maxTtlMs]))
    const summaries = new Summaries(now(), (id) => most.get(id))
    await inPortions(watch.locks.briefs(), (brief) => summaries.add(brief))
    const found = findFindings({ backends, locksOf: (id) => summaries.of(id), now: now() })
    return { ...found, now: iso(now()) }
  })

  return {
    row,
    overviewNow,
    overview: overviewNow,
    locks: async (query) =>
      locksPage({ locks: watch.locks, views, backends: watch.backends(), row, now: iso(now()) }, query),
    async lock(id) {
      backendOf(id)
      const lock = await watch.reread(id)
      if (!lock) throw noLock()
      onShown(withShortName(lock))
      return { lock, line: line(lock), usual: await history.usual(id), now: iso(now()) }
    },
    timeline: async (id, from, to) => timelineOf(id, windowOf(from, to, now())),
    async timelines({ q, ids, from, to, limit }) {
      const window = windowOf(from, to, now())
      const most = Math.min(Math.max(1, limit), MOST_TIMELINES)
      const { items, total } =
        ids.length > 0
          ? named(watch.locks, ids.slice(0, most))
          : await mostContended(watch.locks, { q, limit: most, now: now() }, recent)
      const drawn = []
      for (const item of items) {
        const lock = watch.locks.get(item.id)
        const name = lock ? shortName(lock) : item.name
        drawn.push({ ...item, name, timeline: await timelineOf(item.id, window) })
      }
      return { from: iso(window.from), to: iso(window.to), now: iso(now()), items: drawn, total }
    },
    waitsFor: waits,
    findings,
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

/** One answer for everybody who asks within that time. */
function keptFor<T>(ms: number, now: () => number, make: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | null = null
  return () => {
    if (kept && now() - kept.at < ms) return kept.answer
    const made = { at: now(), answer: make() }
    kept = made
    made.answer.catch(() => {
      if (kept === made) kept = null
    })
    return made.answer
  }
}
