import { allLocks, type LockTable } from '../fleet/brief.ts'
import type { DemoState } from '../fleet/demo.ts'
import { matches, parseFilter } from '../fleet/filter.ts'
import type { Frame, View } from '../fleet/frame.ts'
import type { Lock, LockRow } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'
import type { Overview } from '../fleet/overview.ts'
import { firstInOrder, lockOrder } from './lock-order.ts'

/** At most five frames a second and viewer; at least one, so that a page can tell silence from calm. */
export const TICK_MS = 200
export const HEARTBEAT_MS = 1_000
/** The overview weighs more than it changes. */
const OVERVIEW_MS = 1_000
const MOST_ROWS = 500

/** What frames are made of. */
export interface FrameSource {
  version(): number
  readonly locks: LockTable
  row(lock: Lock, withLine: boolean): LockRow
  overview(): Overview
  backends(): FleetBackend[]
  demo(): Promise<DemoState>
  now(): number
}

type Listener = (frame: Frame) => void | Promise<void>

export interface Frames {
  subscribe(view: View, listener: Listener): () => void
  /** The fleet changed. */
  changed(change: { changed: readonly string[]; gone: readonly string[]; nodes: boolean }): void
  demoChanged(): void
  /** Sends what is due. Called every `TICK_MS`. */
  tick(): void
}

interface Viewer {
  readonly view: View
  readonly listener: Listener
  readonly isSeen: ((lock: Lock) => boolean) | null
  readonly shown: Set<string>
  readonly changed: Set<string>
  readonly gone: Set<string>
  due: { locks: boolean; overview: boolean; nodes: boolean; demo: boolean }
  isBusy: boolean
  sentAt: number
  overviewAt: number
}

/**
 * Differences of views. The first frame has everything the view asked for, of very many locks the first in the usual
 * order; later ones have what changed. A viewer that is not done with a frame gets no other: changes add up meanwhile.
 */
export function openFrames(source: FrameSource, onTrouble: (error: unknown) => void): Frames {
  const viewers = new Set<Viewer>()

  const send = async (viewer: Viewer) => {
    viewer.isBusy = true
    try {
      const frame = await frameOf(source, viewer)
      if (viewers.has(viewer)) await viewer.listener(frame)
    } catch (error) {
      onTrouble(error)
    } finally {
      viewer.isBusy = false
    }
  }

  return {
    subscribe(view, listener) {
      const viewer = viewerOf(source, view, listener)
      viewers.add(viewer)
      void send(viewer)
      return () => {
        viewers.delete(viewer)
      }
    },
    changed(change) {
      for (const viewer of viewers) note(source, viewer, change)
    },
    demoChanged() {
      for (const viewer of viewers) viewer.due.demo = viewer.view.demo === true
    },
    tick() {
      for (const viewer of viewers) {
        if (!viewer.isBusy && isDue(viewer, source.now())) void send(viewer)
      }
    },
  }
}

function viewerOf(source: FrameSource, view: View, listener: Listener): Viewer {
  const isSeen = locksOf(view)
  const seen = isSeen ? [...allLocks(source.locks)].filter(isSeen) : []
  const first = firstInOrder(seen, lockOrder('trouble'), MOST_ROWS, null)
  return {
    view,
    listener,
    isSeen,
    shown: new Set(seen.map(({ id }) => id)),
    changed: new Set(first.map(({ lock }) => lock.id)),
    gone: new Set(),
    due: {
      locks: isSeen !== null,
      overview: view.overview === true,
      nodes: view.nodes === true,
      demo: view.demo === true,
    },
    isBusy: false,
    sentAt: Number.NEGATIVE_INFINITY,
    overviewAt: Number.NEGATIVE_INFINITY,
  }
}

/** Null when the view has no locks in it. */
function locksOf({ id, q }: View): Viewer['isSeen'] {
  if (id !== undefined) return (lock) => lock.id === id
  if (q === undefined) return null
  const filter = parseFilter(q)
  return (lock) => matches(filter, lock)
}

function note(source: FrameSource, viewer: Viewer, change: Parameters<Frames['changed']>[0]): void {
  const { due, view } = viewer
  due.overview = view.overview === true
  due.nodes ||= change.nodes && view.nodes === true
  for (const id of change.changed) {
    const lock = source.locks.get(id)
    if (lock && viewer.isSeen?.(lock)) show(viewer, id)
    else hide(viewer, id)
  }
  for (const id of change.gone) hide(viewer, id)
}

function show(viewer: Viewer, id: string): void {
  viewer.shown.add(id)
  viewer.changed.add(id)
  viewer.gone.delete(id)
  viewer.due.locks = true
}

function hide(viewer: Viewer, id: string): void {
  if (!viewer.shown.delete(id)) return
  viewer.changed.delete(id)
  viewer.gone.add(id)
  viewer.due.locks = true
}

const isOverviewDue = (viewer: Viewer, now: number) =>
  viewer.due.overview && now - viewer.overviewAt >= OVERVIEW_MS

function isDue(viewer: Viewer, now: number): boolean {
  const { locks, nodes, demo } = viewer.due
  return locks || nodes || demo || isOverviewDue(viewer, now) || now - viewer.sentAt >= HEARTBEAT_MS
}

async function frameOf(source: FrameSource, viewer: Viewer): Promise<Frame> {
  const { due, view } = viewer
  // What clients and nodes of the playground say also changes with time alone.
  if (view.demo && source.now() - viewer.sentAt >= HEARTBEAT_MS) due.demo = true
  const demo = due.demo ? await source.demo() : null
  const now = source.now()
  const frame: Frame = { version: String(source.version()), now: new Date(now).toISOString() }
  viewer.sentAt = now
  if (due.locks) frame.locks = takeLocks(source, viewer)
  if (isOverviewDue(viewer, now)) {
    viewer.overviewAt = now
    due.overview = false
    frame.overview = source.overview()
  }
  if (due.nodes) {
    due.nodes = false
    frame.backends = source.backends()
  }
  if (demo) {
    due.demo = false
    frame.demo = demo
  }
  return frame
}

function takeLocks(source: FrameSource, viewer: Viewer): NonNullable<Frame['locks']> {
  const ids = [...viewer.changed].slice(0, MOST_ROWS)
  const changed = ids.flatMap((id) => {
    viewer.changed.delete(id)
    const lock = source.locks.get(id)
    return lock ? [source.row(lock, viewer.view.line === true)] : []
  })
  const gone = [...viewer.gone]
  viewer.gone.clear()
  viewer.due.locks = viewer.changed.size > 0
  return { changed, gone, total: viewer.shown.size }
}
