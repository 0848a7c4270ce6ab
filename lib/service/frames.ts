import { randomBytes } from 'node:crypto'
import type { LockTable } from '../fleet/brief.ts'
import type { DemoState } from '../fleet/demo.ts'
import type { View } from '../fleet/frame.ts'
import type { Lock, LockRow } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import type { Overview } from '../fleet/overview.ts'
import { giveWay } from '../watch/portions.ts'
import { FrameRows } from './frame-rows.ts'
import type { ViewSpec } from './lock-view.ts'
import { type LockViews, ROWS_STEP } from './lock-views.ts'
import { SharedPart } from './shared-part.ts'
import { type Listener, PARTS, type PartName, Viewer } from './viewer.ts'

/** How often it is looked whether somebody is due. */
export const TICK_MS = 25
/** At most five frames a second and viewer. */
const FRAME_MS = 200
/** At least one, so that a page can tell silence from calm. */
export const HEARTBEAT_MS = 1_000
/** The overview weighs more than it changes. */
const OVERVIEW_MS = 1_000
const TEND_MS = 250
const USUAL_ROWS = 500

/** What frames are made of. */
export interface FrameSource {
  readonly locks: LockTable
  readonly views: LockViews
  row(lock: Lock, withLine: boolean): LockRow
  overview(): Overview | Promise<Overview>
  backends(): FleetBackend[]
  demo(): Promise<DemoState>
  now(): number
}

export interface Frames {
  /** Refuses a view that can't be understood. */
  subscribe(view: View, listener: Listener): Promise<() => void>
  /** The fleet changed. */
  changed(change: { changed: readonly string[]; gone: readonly string[]; nodes: boolean }): void
  demoChanged(): void
  /** Sends what is due. Called every `TICK_MS`; while one call works, others do nothing. */
  tick(): Promise<void>
}

/**
 * Differences of views. The first frame has everything the view asked for, later ones have what changed. A viewer that is
 * not done with a frame gets no other. Nothing is kept for viewers: each reads on in what is known of its view, and begins
 * again if it was away for longer than that goes back.
 */
export function openFrames(source: FrameSource, onTrouble: (error: unknown) => void): Frames {
  // After a restart nothing of what was sent before is known.
  const run = randomBytes(6).toString('hex')
  const viewers = new Set<Viewer>()
  const { views } = source
  const rows = new FrameRows(source)
  const parts: Record<PartName, SharedPart> = {
    overview: new SharedPart(OVERVIEW_MS, source.overview),
    nodes: new SharedPart(FRAME_MS, source.backends),
    demo: new SharedPart(FRAME_MS, source.demo),
  }
  let isTicking = false
  let tendedAt = Number.NEGATIVE_INFINITY

  const refreshParts = async (now: number) => {
    for (const name of PARTS) {
      const isWanted = [...viewers].some(({ view }) => view[name])
      if (!isWanted) continue
      const refreshed = parts[name].refresh(now).catch(onTrouble)
      // The first frame has it; later ones don't wait for what is made meanwhile.
      if (parts[name].edition === 0) await refreshed
    }
  }

  const work = async () => {
    const now = source.now()
    await views.flush()
    if (now - tendedAt >= TEND_MS) {
      tendedAt = now
      // What clients and nodes of the playground say also changes with time alone.
      parts.demo.changed()
      await views.tend()
    }
    await refreshParts(now)
    rows.begin()
    for (const viewer of viewers) {
      if (!viewer.isDue(now, parts, FRAME_MS, HEARTBEAT_MS)) continue
      await viewer.send(now, parts, rows)
      await giveWay()
    }
  }

  return {
    async subscribe(view, listener) {
      const spec = specOf(view)
      const looking = spec ? await views.look(spec) : null
      const viewer = new Viewer({ view, listener, looking, run, onTrouble })
      viewers.add(viewer)
      return () => {
        viewers.delete(viewer)
        viewer.close()
      }
    },
    changed(change) {
      views.note(change.changed)
      views.note(change.gone)
      parts.overview.changed()
      if (change.nodes) parts.nodes.changed()
    },
    demoChanged: () => parts.demo.changed(),
    async tick() {
      if (isTicking || (viewers.size === 0 && views.size === 0)) return
      isTicking = true
      await work().catch(onTrouble)
      isTicking = false
    },
  }
}

/** Null when the view has no locks in it. */
function specOf({ q, id, sort = 'trouble', rows = USUAL_ROWS }: View): ViewSpec | null {
  if (id !== undefined) return { q: '', id, sort: 'name', rows: 1 }
  return q === undefined ? null : { q, id: null, sort, rows: Math.ceil(rows / ROWS_STEP) * ROWS_STEP }
}
