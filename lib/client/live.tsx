'use client'

import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Frame, View } from '../fleet/frame.ts'
import { type Freshness, freshnessOf } from './freshness.ts'
import { LiveStream, type Pulse, viewQuery } from './live-stream.ts'
import { type LockData, type LocksData, patchLock, patchLocks } from './patch.ts'
import { serverClock } from './server-clock.ts'

interface Live {
  look(view: View): void
  pulse(): Pulse
}

const LiveContext = createContext<Live | null>(null)

const useLive = (): Live => {
  const live = use(LiveContext)
  if (live === null) throw new Error('no LiveProvider above')
  return live
}

export const lockKeys = {
  overview: ['overview'] as const,
  nodes: ['nodes'] as const,
  demo: ['demo'] as const,
  findings: ['findings'] as const,
  waitsFor: ['waits-for'] as const,
  locks: (q: string, sort: string) => ['locks', q, sort] as const,
  lock: (id: string) => ['lock', id] as const,
  timeline: (id: string) => ['timeline', id] as const,
  usual: (id: string) => ['usual', id] as const,
  audit: (lock: string | null) => ['audit', lock] as const,
}

/** What the service puts first when nobody names an order. */
const USUAL_SORT = 'trouble'

/** At most this often is a list asked for again; more seldom when it is only the beginning of a long one. */
const REORDER_MS = 2_000
const REORDER_LONG_MS = 10_000

interface Reorder {
  last: number
  due: ReturnType<typeof setTimeout> | null
}

/** Rows came in whose place only the service knows. */
function askAgain(client: QueryClient, view: View, data: LocksData, reorder: Reorder): void {
  if (reorder.due !== null) return
  const isLong = data.pages.at(-1)?.nextCursor != null
  const every = isLong ? REORDER_LONG_MS * data.pages.length : REORDER_MS
  const wait = Math.max(0, reorder.last + every - performance.now())
  reorder.due = setTimeout(() => {
    reorder.due = null
    reorder.last = performance.now()
    void client.invalidateQueries({ queryKey: ['locks', view.q ?? ''] })
  }, wait)
}

/** A lock that could not be found may come to be while somebody looks. */
function lockIn(data: LockData | undefined, id: string | undefined, frame: Frame): LockData | undefined {
  if (data !== undefined) return patchLock(data, frame)
  const row = frame.locks?.changed.find((changed) => changed.id === id)
  // Nor is it known as long as a frame tells only how its name begins.
  if (row?.line === undefined || row.nameSize !== undefined) return undefined
  const { line, ...lock } = row
  return { lock, line, now: frame.now, gone: false }
}

function take(client: QueryClient, view: View, frame: Frame, reorder: Reorder): void {
  if (frame.overview) client.setQueryData(lockKeys.overview, frame.overview)
  if (frame.backends) client.setQueryData(lockKeys.nodes, { backends: frame.backends, now: frame.now })
  if (frame.demo) client.setQueryData(lockKeys.demo, frame.demo)
  if (!frame.locks) return
  const { locks } = frame
  if (view.id !== undefined) {
    client.setQueryData<LockData>(lockKeys.lock(view.id), (data) => lockIn(data, view.id, frame))
    return
  }
  const key = lockKeys.locks(view.q ?? '', view.sort ?? USUAL_SORT)
  const data = client.getQueryData<LocksData>(key)
  if (data !== undefined) {
    const patched = patchLocks(data, locks)
    if (patched.data !== data) client.setQueryData(key, patched.data)
    if (patched.asks) askAgain(client, view, data, reorder)
  }
  // Other orders have other first rows: whoever turns to one of them asks for it anew.
  void client.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === 'locks' && queryKey[2] !== key[2],
    refetchType: 'none',
  })
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [stream] = useState(() => new LiveStream())
  const [view, setView] = useState<View | null>(null)

  useEffect(() => {
    if (view === null) return
    const reorder: Reorder = { last: performance.now(), due: null }
    stream.open(view, {
      onFrame: (frame) => take(client, view, frame, reorder),
      onResync: () => void client.invalidateQueries(),
    })
    return () => {
      stream.close()
      if (reorder.due !== null) clearTimeout(reorder.due)
    }
  }, [client, stream, view])

  const look = useCallback((next: View) => {
    setView((now) => (now !== null && viewQuery(now) === viewQuery(next) ? now : next))
  }, [])
  const live = useMemo<Live>(() => ({ look, pulse: () => stream.pulse }), [look, stream])
  return <LiveContext value={live}>{children}</LiveContext>
}

/** What this page looks at. The overview always comes along: the shell shows coverage and trouble everywhere. */
export function useLiveView(view: View): void {
  const { look } = useLive()
  const key = viewQuery(view)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the view
  useEffect(() => look({ ...view, overview: true }), [look, key])
}

const TICK_MS = 250
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | null = null
let tickedAt = Number.NEGATIVE_INFINITY
let serverNow: number | null = null

function tick(): void {
  tickedAt = performance.now()
  serverNow = serverClock.now()
}

const onTick = (listener: () => void) => {
  listeners.add(listener)
  ticking ??= setInterval(() => {
    tick()
    for (const one of listeners) one()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || ticking === null) return
    clearInterval(ticking)
    ticking = null
  }
}

/** Time stands still between two ticks, so that everything drawn at once shows one moment. */
function moment(): { now: number | null; at: number } {
  const isOld = ticking === null && performance.now() - tickedAt >= TICK_MS
  if (isOld || serverNow === null) tick()
  return { now: serverNow, at: tickedAt }
}

/** A value of the service's clock (null while unknown). Draws again only when the value changes, so keep it primitive. */
export function useOnClock<T extends string | number | boolean | null>(of: (now: number | null) => T): T {
  return useSyncExternalStore(
    onTick,
    () => of(moment().now),
    () => of(null),
  )
}

/** How fresh the page is, as a value drawn from it; draws again only when that value changes. */
export function useFreshness<T extends string | number | boolean | null>(of: (freshness: Freshness) => T): T {
  const { pulse } = useLive()
  return useSyncExternalStore(
    onTick,
    () => of(freshnessOf(pulse(), moment().at)),
    () => of({ is: 'connecting' }),
  )
}

/** Why nothing dangerous may be done now; null when it may. */
export function useStaleReason(): string | null {
  return useFreshness((freshness) =>
    freshness.is === 'live'
      ? null
      : freshness.is === 'connecting'
        ? 'The page is not live yet.'
        : 'The page is stale: what it shows may no longer be true.',
  )
}
