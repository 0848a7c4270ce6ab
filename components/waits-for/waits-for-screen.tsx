'use client'

import { useRouter } from 'next/navigation'
import { useMemo, useState } from 'react'
import { useLiveView } from '@/lib/client/live.tsx'
import { useWaitsFor } from '@/lib/client/queries.ts'
import type { WaitsForPage } from '@/lib/fleet/waiting.ts'
import { lockPath } from '../locks/lock-row.tsx'
import { Screen } from '../shell/screen.tsx'
import { cx } from '../ui/class-names.ts'
import type { Binding } from '../ui/keys.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { useParams } from '../ui/use-params.ts'
import { useRowCursor } from '../ui/use-row-cursor.ts'
import { CycleAlarm } from './cycle-alarm.tsx'
import { besideOf, graphOf } from './graph.ts'
import { GraphPicture } from './graph-picture.tsx'
import { type TreeRow, treeRows } from './tree.ts'
import { TREE_GRID, TreeLine } from './tree-line.tsx'
import { lookedWords, restWords, waitsTitle } from './words.ts'

const AS = [
  { value: 'tree', says: 'Tree' },
  { value: 'graph', says: 'Graph' },
] as const

interface Shown {
  page: WaitsForPage
  /** Tree or graph; in the URL. */
  as: string
  onAs(as: string): void
}

/** Who waits for whom, over all locks and backends: who holds up most, and circles that never open by themselves. */
export function WaitsForScreen() {
  useLiveView({})
  const { params, set } = useParams()
  const { data, isError, error, refetch } = useWaitsFor()
  const as = params.get('as') === 'graph' ? 'graph' : 'tree'
  if (data === undefined) {
    return (
      <Screen>
        <main id="main" className="min-h-0 flex-1 overflow-y-auto">
          {isError ? (
            <ProblemNote
              what="Who waits for whom could not be read."
              error={error}
              onRetry={() => void refetch()}
            />
          ) : (
            <WaitsForSkeleton />
          )}
        </main>
      </Screen>
    )
  }
  const onAs = (next: string) => set({ as: next === 'graph' ? next : null })
  return as === 'graph' ? (
    <AsGraph page={data} as={as} onAs={onAs} />
  ) : (
    <AsTree page={data} as={as} onAs={onAs} />
  )
}

function AsTree({ page, as, onAs }: Shown) {
  const router = useRouter()
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map())
  const rows = useMemo(() => treeRows(page.waitsFor, turned), [page, turned])
  const ids = useMemo(() => rows.map(({ key }) => key), [rows])
  const cursor = useRowCursor(ids, 'waits-for')
  const row = rows.find(({ key }) => key === cursor.at)
  const turn = (one: TreeRow, open?: boolean) => {
    if (one.is === 'party' && one.children === 0) return
    const isOpen = one.is === 'party' && one.isOpen
    setTurned((before) => new Map(before).set(one.key, open ?? !isOpen))
  }
  const open = () => {
    const lock = row?.lock ?? (row?.is === 'party' ? row.holds[0] : null)
    if (lock) router.push(lockPath(lock.id))
  }
  const keys: Binding[] = [
    { keys: 'j', says: 'next', run: () => cursor.move(1), foot: true },
    { keys: 'k', says: 'before', run: () => cursor.move(-1), foot: true },
    { keys: 'ArrowRight', says: 'unfold', run: () => row && turn(row, true), foot: true },
    { keys: 'ArrowLeft', says: 'fold', run: () => row && turn(row, false), foot: true },
    { keys: 'o', says: 'open its lock', run: open, foot: true },
    { keys: 'v', says: 'as a graph', run: () => onAs('graph'), foot: true },
  ]
  return (
    <Screen keys={keys}>
      <main id="main" className="min-h-0 flex-1 overflow-y-auto">
        <Head page={page} as={as} onAs={onAs} />
        <Cycles page={page} />
        {rows.length === 0 ? null : (
          <Tree rows={rows} at={cursor.at} onCursor={cursor.put} onTurn={(one) => turn(one)} />
        )}
      </main>
    </Screen>
  )
}

function AsGraph({ page, as, onAs }: Shown) {
  const graph = useMemo(() => graphOf(page.waitsFor), [page])
  const cursor = useRowCursor(graph.order, 'waits-for graph')
  const step = (to: 'left' | 'right') => {
    const next = cursor.at === null ? graph.order[0] : besideOf(graph, cursor.at, to)
    if (next !== undefined) cursor.go(next)
  }
  const keys: Binding[] = [
    { keys: 'j', says: 'next', run: () => cursor.move(1), foot: true },
    { keys: 'k', says: 'before', run: () => cursor.move(-1), foot: true },
    { keys: 'ArrowLeft', says: 'what it waits for', run: () => step('left'), foot: true },
    { keys: 'ArrowRight', says: 'who waits for it', run: () => step('right'), foot: true },
    { keys: 'Enter', says: 'open', foot: true },
    { keys: 'v', says: 'as a tree', run: () => onAs('tree'), foot: true },
  ]
  return (
    <Screen keys={keys}>
      <main id="main" className="min-h-0 flex-1 overflow-y-auto">
        <Head page={page} as={as} onAs={onAs} />
        <Cycles page={page} />
        {graph.order.length === 0 ? null : (
          <GraphPicture graph={graph} at={cursor.at} onCursor={cursor.put} />
        )}
      </main>
    </Screen>
  )
}

function Head({ page, as, onAs }: Shown) {
  const { waitsFor } = page
  const isQuiet = waitsFor.cycles.length === 0 && waitsFor.heads.length === 0
  const rest = restWords(waitsFor)
  return (
    <header className={cx('px-4 max-md:px-3', isQuiet ? 'py-8' : 'pt-4 pb-2')}>
      <div className="flex items-baseline gap-4">
        <h1 aria-live="polite" className="min-w-0 flex-1 text-20 font-semibold">
          {waitsTitle(waitsFor)}
        </h1>
        {isQuiet ? null : <Segmented label="Shown as" value={as} options={AS} onChange={onAs} />}
      </div>
      <p className={cx('text-ink-2', isQuiet && 'pt-1 text-15')}>{lookedWords(page)}</p>
      {isQuiet ? (
        <p className="max-w-2xl pt-3 text-ink-3">
          Whoever holds what another one waits for would be shown here, with everybody behind him; and circles
          in which each waits for the next, which never open by themselves.
        </p>
      ) : null}
      {rest === null ? null : <p className="pt-1 text-12 text-ink-3">{rest}</p>}
    </header>
  )
}

function Cycles({ page: { waitsFor } }: { page: WaitsForPage }) {
  if (waitsFor.cycles.length === 0) return null
  return (
    <ul aria-label="Deadlocks" className="border-y border-line-2 bg-surface">
      {waitsFor.cycles.map((cycle, index) => (
        <CycleAlarm key={cycle.parties.join(' ')} cycle={cycle} seen={waitsFor} isFirst={index === 0} />
      ))}
    </ul>
  )
}

function Tree({
  rows,
  at,
  onCursor,
  onTurn,
}: {
  rows: readonly TreeRow[]
  at: string | null
  onCursor(key: string): void
  onTurn(row: TreeRow): void
}) {
  return (
    <section aria-label="Who holds up whom" className="pb-6">
      <div
        aria-hidden="true"
        className={cx(TREE_GRID, 'label sticky top-0 z-1 h-8 border-b border-line-2 bg-ground px-2')}
      >
        <span className="px-2">Holds up others, and who waits for it</span>
        <span className="px-2 max-md:hidden">Waits for</span>
        <span className="px-2 max-md:hidden">On</span>
        <span className="px-2 text-right">Waits</span>
        <span className="px-2 text-right">Holds up</span>
      </div>
      <ul>
        {rows.map((row) => (
          <TreeLine key={row.key} row={row} cursor={row.key === at} onCursor={onCursor} onTurn={onTurn} />
        ))}
      </ul>
    </section>
  )
}

const PLACES = [0, 1, 2, 3, 4] as const

function WaitsForSkeleton() {
  return (
    <div aria-busy="true" className="px-4 pt-5 max-md:px-3">
      <Loading what="who waits for whom" />
      <Skeleton className="h-4 w-64" />
      {PLACES.map((place) => (
        <div key={place} className="flex h-7 items-center border-b border-line">
          <Skeleton className="w-72" />
        </div>
      ))}
    </div>
  )
}
