import { createHmac } from 'node:crypto'
import { settleIntents } from '../admin/settle-intents.ts'
import type { Digest, OpenBackend } from '../engines/roles.ts'
import type { BackendSpec } from '../engines/spec.ts'
import { unreachable } from '../engines/unreachable.ts'
import type { DemoAct, DemoState } from '../fleet/demo.ts'
import type { NewEvent } from '../fleet/event.ts'
import { decodeLockId } from '../fleet/lock-id.ts'
import type { BackendKind } from '../fleet/node.ts'
import { Problem } from '../fleet/problem.ts'
import { openStore } from '../history/store.ts'
import type { Watch } from '../watch/watch.ts'
import { openActs } from './acts.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import { openFrames, TICK_MS } from './frames.ts'
import { openExports } from './lock-export.ts'
import { LockViews } from './lock-views.ts'
import { errorFacts, type Log, withoutUserinfo } from './log.ts'
import { openLoopDelay } from './loop-delay.ts'
import { openMetrics } from './metrics.ts'
import { openObserved } from './observed.ts'
import { openQueries } from './queries.ts'
import { readinessOf } from './readiness.ts'
import { openRecall } from './recall.ts'
import { openRecent } from './recent.ts'
import type { Service } from './service.ts'

const RECENT_MS = 10 * 60_000
const MOST_RECENT = 200_000
/** HMAC-SHA-256, shortened to what can still not be guessed or met twice. */
const DIGEST_LENGTH = 22

interface RunningDemo {
  readonly servers: DemoState['servers']
  readonly specs: readonly BackendSpec[]
  state(): DemoState | Promise<DemoState>
  act(act: DemoAct): Promise<DemoState>
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

interface WatchedBackend {
  open: OpenBackend
  kind: BackendKind
  environment: string | null
  demo: boolean
  /** Commands a second that reading may cost, and the longest hold that is granted. */
  budget?: number
  maxTtlMs: number
}

/** What the service is made of, handed in so that it can be tried without servers. */
export interface Parts {
  openBackend(spec: BackendSpec, deps: { digest: Digest }): Promise<OpenBackend>
  createWatch(
    backends: readonly WatchedBackend[],
    options: {
      onTrouble(error: unknown): void
      /** How long a lock is usually held, by its own history; null while that is not known. */
      usualOf(id: string): { holdP99Ms: number; count: number } | null
      /** The highest fence that was ever recorded of a lock, when a lower one was granted after it. */
      fenceBefore(id: string): string | null
    },
  ): Watch | Promise<Watch>
  startDemo(): Promise<RunningDemo>
  now(): number
  log: Log
}

export interface RunningService {
  readonly service: Service
  /** Said once when it starts: what is watched. */
  readonly about: {
    servers: DemoState['servers'] | null
    backends: { id: string; kind: string; nodes: number }[]
  }
  close(): Promise<void>
}

export async function createService(config: Config, parts: Parts): Promise<RunningService> {
  const open: (() => unknown)[] = []
  const close = async () => {
    for (const end of open.splice(0).reverse()) {
      await Promise.resolve()
        .then(end)
        .catch((error: unknown) => parts.log('error', 'a part did not close', errorFacts(error)))
    }
  }
  try {
    return { ...(await assemble(config, parts, (end) => open.push(end))), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function assemble(
  config: Config,
  parts: Parts,
  onClose: (end: () => unknown) => void,
): Promise<Omit<RunningService, 'close'>> {
  const { now, log } = parts
  const trouble = (what: string) => (error: unknown) => log('error', what, errorFacts(error))

  const recent = openRecent(now)
  const store = openStore(config.store, {
    ...config.history,
    now,
    onTrouble: trouble('events could not be kept'),
    onKept: (events) => recent.add(events),
  })
  // The store closes before the demo fleet does, which takes seconds in which nobody looks.
  let demo: RunningDemo | null = null
  onClose(() => demo?.close())
  onClose(() => store.close())
  if (config.demo) demo = await parts.startDemo()

  // Before anything is read: what happens then is told once, and nobody may be away.
  recent.add(await store.history.since(now() - RECENT_MS, MOST_RECENT))
  const backends = await openBackends(config, parts, demo, digestWith(store.digestKey), onClose)
  // Its stores are new each time, and their fences begin again.
  const demoIds = new Set(backends.flatMap((backend) => (backend.demo ? [backend.open.id] : [])))
  const isOfDemo = (id: string) => demoIds.has(decodeLockId(id)?.backend ?? '')
  const watch = await parts.createWatch(backends, {
    onTrouble: trouble('a reading failed'),
    usualOf: (id) => store.history.usualOf(id),
    fenceBefore(id) {
      const fence = store.history.fenceBefore(id)
      return fence !== null && isOfDemo(id) ? null : fence
    },
  })
  const reread = (id: string) => watch.reread(id)
  store.history.follow({ locks: watch.locks, onFenceDown: (id) => watch.fenceWentDown(id) })
  const observed = openObserved(watch, new Set(backends.map((backend) => backend.open.id)))
  onClose(() => watch.close())

  const loop = openLoopDelay()
  onClose(() => loop.close())
  const metrics = openMetrics({
    ...{ locks: watch.locks, loop, now },
    backends: () => watch.backends(),
    history: () => store.history.size(),
  })
  const exports = openExports({ locks: watch.locks, backends: () => watch.backends(), now })
  const record = (events: readonly NewEvent[]) => {
    metrics.happened(events)
    recent.add(store.history.append(events))
  }
  const recall = openRecall()
  const views = new LockViews(watch.locks, now)
  const queries = openQueries({
    ...{ watch, views, recent, now },
    ...{ history: store.history, audit: store.audit, onShown: recall.note },
  })
  const acts = openActs({
    reread,
    keyOf: (id) => watch.keyOf(id),
    recall: recall.find,
    now,
    audit: store.audit,
    backends: backends.map((backend) => backend.open),
    onEvent: (event) => record([event]),
    onTrouble: trouble('an act met trouble'),
  })
  const demoState = sharing(async (): Promise<DemoState> => {
    if (!demo) throw noDemo()
    return demo.state()
  })
  const frames = openFrames(
    {
      locks: watch.locks,
      views,
      row: queries.row,
      overview: queries.overviewNow,
      backends: () => watch.backends(),
      demo: demoState,
      now,
    },
    trouble('a frame could not be made'),
  )
  onClose(
    watch.onChange((change) => {
      record(change.events)
      metrics.changed(change.changed.length + change.gone.length)
      frames.changed(change)
    }),
  )
  if (demo) onClose(demo.onChange(frames.demoChanged))
  const ticking = setInterval(() => void frames.tick(), TICK_MS)
  onClose(() => clearInterval(ticking))
  const unsettled = trouble('an old intent could not be settled')
  void settleIntents({ ...store.audit, reread, observed, onTrouble: unsettled }).catch(unsettled)

  const { row: _row, overviewNow: _overviewNow, ...asked } = queries
  return {
    about: {
      servers: demo?.servers ?? null,
      backends: backends.map(({ open, kind }) => ({ id: open.id, kind, nodes: open.nodes.length })),
    },
    service: {
      ...asked,
      ...acts,
      demo: demoState,
      async demoAct(act) {
        if (!demo) throw noDemo()
        return demo.act(act)
      },
      async subscribe({ demo: wantsDemo, ...view }, onFrame) {
        const stop = await frames.subscribe({ ...view, demo: wantsDemo === true && demo !== null }, onFrame)
        metrics.streams(1)
        let isOpen = true
        return () => {
          if (isOpen) metrics.streams(-1)
          isOpen = false
          stop()
        }
      },
      exportLocks: exports.begin,
      exportMore: async (ticket) => exports.next(ticket),
      exportEnd: async (ticket) => exports.end(ticket),
      metrics: metrics.text,
      readiness: () => readinessOf(watch.backends(), store.tryWrite),
    },
  }
}

/** Whoever asks while it is being answered gets the same answer. */
function sharing<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null
  return () => {
    asked ??= ask().finally(() => {
      asked = null
    })
    return asked
  }
}

const noDemo = () =>
  new Problem('not_found', 'No demo fleet runs beside this console.', {
    hint: 'Set "demo: true" in the configuration and start it again.',
  })

const digestWith =
  (key: Buffer): Digest =>
  (token) =>
    createHmac('sha256', key).update(token).digest('base64url').slice(0, DIGEST_LENGTH)

async function openBackends(
  config: Config,
  parts: Parts,
  demo: RunningDemo | null,
  digest: Digest,
  onClose: (end: () => unknown) => void,
): Promise<WatchedBackend[]> {
  const wanted = [
    ...config.backends.map((spec) => ({ spec, isDemo: false })),
    ...(demo?.specs ?? []).map((spec) => ({ spec, isDemo: true })),
  ]
  const backends: WatchedBackend[] = []
  for (const { spec, isDemo } of wanted) {
    if (backends.some(({ open }) => open.id === spec.id)) {
      throw new ConfigError(
        `${config.file}: the demo fleet has a backend "${spec.id}", too; choose another id`,
      )
    }
    const open = await openOne(spec, parts, digest)
    onClose(() => open.close())
    backends.push({
      ...{ open, kind: spec.kind, environment: spec.environment ?? null, demo: isDemo },
      maxTtlMs: spec.maxTtlMs,
      ...(spec.budget !== undefined && { budget: spec.budget }),
    })
  }
  return backends
}

/** One that can't be opened never stops the others: it is shown as unreachable, with the reason. */
async function openOne(spec: BackendSpec, parts: Parts, digest: Digest): Promise<OpenBackend> {
  try {
    return await parts.openBackend(spec, { digest })
  } catch (error) {
    const says = error instanceof Error ? withoutUserinfo(error.message) : 'for an unknown reason'
    parts.log('error', 'a backend could not be opened', { backend: spec.id, says })
    return unreachable(spec.id, [{ name: spec.id, engine: spec.kind, address: '' }], says)
  }
}
