import type { LockTable } from '../fleet/brief.ts'
import { eventKindSchema, type NewEvent } from '../fleet/event.ts'
import type { FleetBackend } from '../fleet/node.ts'
import { lockStateSchema, nodeStateSchema } from '../fleet/states.ts'
import { verdictIdSchema } from '../fleet/verdict.ts'
import { inPortions } from '../watch/portions.ts'
import { openHoldTimes } from './hold-times.ts'
import type { LoopDelay } from './loop-delay.ts'
import { type Family, metricText } from './metric-text.ts'

interface MetricsSource {
  locks: LockTable
  backends(): readonly FleetBackend[]
  loop: Pick<LoopDelay, 'quantiles'>
  history(): { bytes: number; events: number; queued: number; givenUp: number }
  now(): number
}

/** What a scraper is told. There is a line per backend, never one per lock, holder or name. */
export interface Metrics {
  /** Locks that changed or went. */
  changed(count: number): void
  happened(events: readonly NewEvent[]): void
  /** By one more or less. */
  streams(by: 1 | -1): void
  text(): Promise<string>
}

/** The others are made by the history, of those that are counted here. */
const TOLD_KINDS = eventKindSchema.exclude(['summarised', 'not-recorded']).options

export function openMetrics(source: MetricsSource): Metrics {
  const times = openHoldTimes()
  const kinds = new Map<string, number>(TOLD_KINDS.map((kind) => [kind, 0]))
  let changes = 0
  let streams = 0
  return {
    changed(count) {
      changes += count
    },
    happened(events) {
      for (const event of events) {
        kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + 1)
        times.note(event)
      }
    },
    streams(by) {
      streams += by
    },
    async text() {
      const backends = source.backends()
      const counts = await countLocks(source.locks, backends)
      return metricText([
        ...ofLocks(counts),
        ...ofBackends(backends, source.now()),
        one('lockkeeper_changes_total', 'counter', 'Locks that were found changed or gone.', changes),
        {
          ...{
            name: 'lockkeeper_events_total',
            type: 'counter',
            help: 'What happened in the fleet, by kind.',
          },
          samples: [...kinds].map(([kind, value]) => ({ labels: { kind }, value })),
        },
        ...times.families(),
        one('lockkeeper_streams', 'gauge', 'Pages that look at this console now.', streams),
        ofLoop(source.loop),
        ...ofHistory(source.history()),
        one(
          ...(['process_resident_memory_bytes', 'gauge', 'Resident memory of the console.'] as const),
          process.memoryUsage.rss(),
        ),
      ])
    },
  }
}

interface Counts {
  states: Map<string, number>
  verdicts: Map<string, number>
  candidates: number
  waiting: number
  unknownWaiters: number
}

async function countLocks(locks: LockTable, backends: readonly FleetBackend[]): Promise<Map<string, Counts>> {
  const all = new Map(backends.map(({ id }) => [id, noCounts()]))
  await inPortions(locks.briefs(), (brief) => {
    const counts = all.get(brief.backend)
    if (!counts) return
    if (brief.confidence === 'candidate') {
      counts.candidates += 1
      return
    }
    counts.states.set(brief.state, (counts.states.get(brief.state) ?? 0) + 1)
    for (const id of brief.verdicts) counts.verdicts.set(id, (counts.verdicts.get(id) ?? 0) + 1)
    if (brief.waiters === null) counts.unknownWaiters += 1
    else counts.waiting += brief.waiters
  })
  return all
}

const noCounts = (): Counts => ({
  states: new Map(lockStateSchema.options.map((state) => [state, 0])),
  verdicts: new Map(verdictIdSchema.options.map((id) => [id, 0])),
  candidates: 0,
  waiting: 0,
  unknownWaiters: 0,
})

function ofLocks(all: ReadonlyMap<string, Counts>): Family[] {
  const each = (
    name: string,
    help: string,
    samplesOf: (counts: Counts) => [Record<string, string>, number][],
  ): Family => ({
    ...{ name, help, type: 'gauge' },
    samples: [...all].flatMap(([backend, counts]) =>
      samplesOf(counts).map(([labels, value]) => ({ labels: { backend, ...labels }, value })),
    ),
  })
  return [
    each('lockkeeper_locks', 'Locks that are known, by state.', ({ states }) =>
      [...states].map(([state, value]) => [{ state }, value]),
    ),
    each('lockkeeper_candidates', 'Keys that may be locks.', ({ candidates }) => [[{}, candidates]]),
    each('lockkeeper_waiters', 'Waiters that are known of.', ({ waiting }) => [[{}, waiting]]),
    each(
      'lockkeeper_locks_with_unknown_waiters',
      'Locks whose waiters leave no trace.',
      ({ unknownWaiters }) => [[{}, unknownWaiters]],
    ),
    each('lockkeeper_verdicts', 'Locks with a verdict, by verdict.', ({ verdicts }) =>
      [...verdicts].map(([verdict, value]) => [{ verdict }, value]),
    ),
  ]
}

function ofBackends(backends: readonly FleetBackend[], now: number): Family[] {
  const each = (name: string, help: string, amountOf: (backend: FleetBackend) => number | null): Family => ({
    ...{ name, help, type: 'gauge' },
    samples: backends.flatMap((backend) => {
      const value = amountOf(backend)
      return value === null ? [] : [{ labels: { backend: backend.id }, value }]
    }),
  })
  return [
    each(
      'lockkeeper_sweep_age_seconds',
      'Since the last complete reading; absent before the first.',
      ({ sweptAt }) => (sweptAt === null ? null : Math.max(0, now - Date.parse(sweptAt)) / 1_000),
    ),
    each('lockkeeper_read_commands_per_second', 'What reading costs the nodes of a backend.', ({ cost }) =>
      cost ? cost.perSecond : null,
    ),
    each('lockkeeper_read_budget_commands_per_second', 'What reading may cost them.', ({ cost }) =>
      cost ? cost.budget : null,
    ),
    each('lockkeeper_backend_readable', '1 when something can be read of it.', ({ trouble }) =>
      trouble ? 0 : 1,
    ),
    each('lockkeeper_quorum_answering', 'Voters that answer.', ({ quorum }) => quorum.answering),
    each('lockkeeper_quorum_needed', 'Voters that are needed.', ({ quorum }) => quorum.needed),
    {
      ...{ name: 'lockkeeper_nodes', type: 'gauge', help: 'Nodes by what they do.' },
      samples: backends.flatMap(({ id, nodes }) =>
        nodeStateSchema.options.map((state) => ({
          labels: { backend: id, state },
          value: nodes.filter((node) => node.state === state).length,
        })),
      ),
    },
  ]
}

const ofLoop = (loop: MetricsSource['loop']): Family => ({
  name: 'lockkeeper_event_loop_delay_seconds',
  type: 'gauge',
  help: 'By how much the thread that reads and decides came too late; part 1 is the worst.',
  samples: loop
    .quantiles()
    .map(({ quantile, seconds }) => ({ labels: { part: String(quantile) }, value: seconds })),
})

function ofHistory(size: ReturnType<MetricsSource['history']>): Family[] {
  return [
    one('lockkeeper_history_bytes', 'gauge', 'Size of the history on the disk.', size.bytes),
    one('lockkeeper_history_events', 'gauge', 'Events in the history.', size.events),
    one('lockkeeper_history_queued', 'gauge', 'Events that are not on the disk yet.', size.queued),
    one(
      ...(['lockkeeper_history_given_up_total', 'counter', 'Events that could not be written.'] as const),
      size.givenUp,
    ),
  ]
}

const one = (name: string, type: 'gauge' | 'counter', help: string, value: number): Family => ({
  ...{ name, type, help },
  samples: [{ value }],
})
