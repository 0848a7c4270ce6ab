import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { View } from '../../fleet/frame.ts'
import type { AuditLog } from '../../history/audit-log.ts'
import type { History } from '../../history/history.ts'
import { openFrames, TICK_MS } from '../../service/frames.ts'
import { LockViews } from '../../service/lock-views.ts'
import { openQueries, type Queries } from '../../service/queries.ts'
import { openRecent } from '../../service/recent.ts'
import { THREAD_LIMITS } from '../../service/thread.ts'
import { nameOf, openPagesFleet, type PagesFleet } from '../pages-fleet.ts'
import type { Settings } from '../settings.ts'
import { percentile } from '../stats.ts'
import { figure } from '../table.ts'
import { type Line, verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const CHANGES_PER_SECOND = 10_000
const CHURN_MS = 10
const VIEWS = 200
/** In turns. */
const ASKED = 5
/** Between two changes whose way is timed. */
const PROBE_MS = 50
const PAGE = 100
const WARM_MS = 2_000

export const pages: Part = {
  name: 'pages',
  title: 'Pages and streams of the console, while the fleet changes',
  async run({ locks, turnMs }) {
    const sizes: Sizes = { locks, turnMs }
    // As the console does: a thread of its own, with the memory that the service has.
    const options = { workerData: sizes, resourceLimits: THREAD_LIMITS }
    const [lines] = await once(new Worker(new URL(import.meta.url), options), 'message')
    return verdicts(lines as Line[])
  },
}

type Sizes = Pick<Settings, 'locks' | 'turnMs'>

const measured = async (sizes: Sizes): Promise<Line[]> => [
  ...[await askedFirst(sizes), await askedAgain(sizes), await looked(sizes)],
  ...(await streamed(sizes)),
]

interface Console {
  fleet: PagesFleet
  queries: Queries
  views: LockViews
  frames: ReturnType<typeof openFrames>
  /** From now on it changes; answers how often a second it did since. */
  start(): () => number
  close(): void
}

/** The service's own functions over a fleet that changes all the time. */
function openConsole({ locks }: Sizes): Console {
  const fleet = openPagesFleet(locks)
  const { watch } = fleet
  const recent = openRecent(Date.now)
  const views = new LockViews(watch.locks, Date.now)
  const queries = openQueries({
    ...{ watch, views, recent, now: Date.now, onShown() {} },
    history: {} as History,
    audit: {} as AuditLog,
  })
  const frames = openFrames(
    {
      ...{ locks: watch.locks, views, row: queries.row, overview: queries.overviewNow, now: Date.now },
      backends: () => [],
      demo: () => Promise.reject(new Error('there is no demo')),
    },
    () => {},
  )
  let seq = 0
  watch.onChange((change) => {
    frames.changed(change)
    recent.add(
      change.events.map((event) => {
        seq += 1
        return { ...event, seq: String(seq) }
      }),
    )
  })
  const ticking = setInterval(() => void frames.tick(), TICK_MS)
  let changing: NodeJS.Timeout | undefined
  return {
    ...{ fleet, queries, views, frames },
    start() {
      const [began, before] = [performance.now(), changed]
      changing = setInterval(() => churn(fleet, locks), CHURN_MS)
      return () => ((changed - before) / (performance.now() - began)) * 1_000
    },
    close() {
      clearInterval(ticking)
      clearInterval(changing)
      fleet.close()
    },
  }
}

let changed = 0
function churn(fleet: PagesFleet, locks: number): void {
  for (let count = (CHANGES_PER_SECOND * CHURN_MS) / 1_000; count > 0; count -= 1) {
    changed += 1
    // Not those whose changes are timed: another change could come in between.
    fleet.change(VIEWS + ((changed * 7_919) % (locks - VIEWS)), `c${changed}`)
  }
}

const ORDERS = ['trouble', 'name', '-name', 'held', '-waiters', 'holder']
const FILTERS = ['state:held', 'prefix:orders/', 'waiters:>2', 'holder:host-9']

/** Searches that nobody made before: all locks are looked at. */
const askedFirst = (sizes: Sizes): Promise<Line> =>
  paged(sizes, 'a page of 100, asked for the first time', { line: false }, (turn) => ({
    q: `${FILTERS[turn % FILTERS.length]} -"${turn}/"`,
    sort: ORDERS[turn % ORDERS.length] ?? 'name',
  }))

/** Searches that come again, as those of whoever polls. */
const askedAgain = (sizes: Sizes): Promise<Line> =>
  paged(sizes, 'twelve such pages, asked for again and again', { line: false }, (turn) => ({
    q: FILTERS[turn % FILTERS.length] ?? '',
    sort: ORDERS[turn % ORDERS.length] ?? 'name',
  }))

/** With the lines of its locks, as a page of the console asks beside its stream. */
const looked = (sizes: Sizes): Promise<Line> =>
  paged(sizes, 'one that somebody looks at, with lines', { line: true }, () => ({
    q: 'state:held',
    sort: 'trouble',
  }))

async function paged(
  sizes: Sizes,
  scenario: string,
  { line }: { line: boolean },
  question: (turn: number) => { q: string; sort: string },
): Promise<Line> {
  const opened = openConsole(sizes)
  if (line) await opened.frames.subscribe({ ...question(0), rows: PAGE }, () => {})
  opened.start()
  let turn = 0
  const ask = () => {
    turn += 1
    return opened.queries.locks({ ...question(turn), limit: PAGE, cursor: null, line })
  }
  const tookMs = await askFor(ASKED * sizes.turnMs, ask)
  opened.close()
  return {
    scenario,
    ours: `${tookMs.length} of ${sizes.locks} locks`,
    findings: [
      { value: percentile(tookMs, 0.5), of: 'ms p50', most: 5 },
      { value: percentile(tookMs, 0.99), of: 'ms p99', most: 25 },
    ],
  }
}

async function askFor(forMs: number, ask: () => Promise<unknown>): Promise<number[]> {
  const tookMs: number[] = []
  for (let n = 0; n < 30; n += 1) await ask()
  for (const endsAt = performance.now() + forMs; performance.now() < endsAt; await pause(5)) {
    const askedAt = performance.now()
    await ask()
    tookMs.push(performance.now() - askedAt)
  }
  return tookMs
}

/** Half of them look at the same, the others each at locks of their own. */
const viewOf = (viewer: number): View =>
  viewer % 2 === 0
    ? { q: '', sort: 'trouble', rows: PAGE, overview: true }
    : { q: `"${nameOf(viewer)}"`, sort: 'name', rows: PAGE }

async function streamed(sizes: Sizes): Promise<Line[]> {
  const opened = openConsole(sizes)
  const sentAt = new Map<string, number>()
  const delays: number[] = []
  for (let viewer = 0; viewer < VIEWS; viewer += 1) {
    await opened.frames.subscribe(viewOf(viewer), ({ json }) => {
      for (const [, token = ''] of json.matchAll(/"seen":"n1=(probe\d+)"/g)) {
        const at = sentAt.get(token)
        if (at === undefined) continue
        sentAt.delete(token)
        delays.push(performance.now() - at)
      }
    })
  }
  const changesPerSecond = opened.start()
  // By then everything is compiled, and everybody has what there was to begin with.
  await pause(WARM_MS)
  const delay = monitorEventLoopDelay({ resolution: 2 })
  const before = process.cpuUsage()
  const began = performance.now()
  delay.enable()
  let probes = 0
  for (const endsAt = began + ASKED * sizes.turnMs; performance.now() < endsAt; await pause(PROBE_MS)) {
    const viewer = 1 + 2 * ((probes * 37) % (VIEWS / 2))
    probes += 1
    sentAt.set(`probe${probes}`, performance.now())
    opened.fleet.change(viewer, `probe${probes}`)
  }
  delay.disable()
  const used = process.cpuUsage(before)
  const cpu = (used.user + used.system) / 10 / (performance.now() - began)
  const rate = changesPerSecond()
  await pause(1_000)
  const lost = sentAt.size
  opened.close()
  return [
    {
      scenario: `${VIEWS} views open, a change to its frame`,
      ours: `${delays.length} changes`,
      findings: [
        { value: percentile(delays, 0.5), of: 'ms p50' },
        { value: percentile(delays, 0.99), of: 'ms p99', most: 300 },
        { value: lost, of: 'not told within a second', most: 0 },
      ],
    },
    {
      scenario: 'meanwhile, the process',
      ours: `${figure(cpu)} % of a core`,
      findings: [
        { value: rate, of: 'changes a second' },
        { value: delay.percentile(99) / 1e6, of: 'ms between turns, p99' },
        { value: delay.max / 1e6, of: 'ms blocked at most', most: 20 },
      ],
    },
  ]
}

if (!isMainThread) parentPort?.postMessage(await measured(workerData))
