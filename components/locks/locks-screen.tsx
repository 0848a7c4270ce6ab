'use client'

import Link from 'next/link'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useLiveView } from '@/lib/client/live.tsx'
import { LOCKS_PAGE, useLocks, useOverview } from '@/lib/client/queries.ts'
import type { KnownValues } from '@/lib/fleet/filter-complete.ts'
import { filterWords } from '@/lib/fleet/filter-words.ts'
import { MOST_VIEW_ROWS } from '@/lib/fleet/frame.ts'
import type { LockRow, LocksPage } from '@/lib/fleet/lock.ts'
import type { FleetBackend } from '@/lib/fleet/node.ts'
import { silentNodes } from '../nodes/words.ts'
import { Screen } from '../shell/screen.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { counted, spoken } from '../ui/format.ts'
import { GridTable } from '../ui/grid-table.tsx'
import type { Binding } from '../ui/keys.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Loading } from '../ui/skeleton.tsx'
import { useParams } from '../ui/use-params.ts'
import { COLUMNS, DEFAULT_SORT } from './columns.ts'
import { FilterBar, StateSwitches } from './filter-bar.tsx'
import { checkFilter, meantFilter } from './filter-terms.ts'
import { LockTableBody, LockTableHead, LockTableSkeleton, useLockRows } from './lock-table.tsx'
import { useFilterText } from './use-filter-text.ts'
import { countWords, incompleteWords, searchedWords } from './words.ts'

const NO_ROWS: readonly LockRow[] = []
/** The answer to another question, while this one is asked for longer than a moment. */
const AGED = 'opacity-45 transition-opacity delay-300'

/** Every lock of the fleet. Filter and order are in the URL. */
export function LocksScreen() {
  const { params, set } = useParams()
  const q = params.get('q') ?? ''
  const sort = params.get('sort') ?? DEFAULT_SORT
  const write = useCallback((next: string) => set({ q: next }), [set])
  const [text, setText] = useFilterText(q, write)
  const checked = useMemo(() => checkFilter(text), [text])

  const locks = useLocks(q, sort)
  const shown = (locks.data?.pages.length ?? 1) * LOCKS_PAGE
  // A link may carry a filter that nobody understands: it is told of, and there is nothing to follow.
  const isKnown = useMemo(() => checkFilter(q).problem === null, [q])
  useLiveView(isKnown ? { q, sort, rows: Math.min(shown, MOST_VIEW_ROWS), line: true } : {})
  const rows = useMemo(() => locks.data?.pages.flatMap((page) => page.items) ?? NO_ROWS, [locks.data])
  const first = locks.data?.pages[0]
  const onMore = useCallback(() => {
    if (!locks.isFetchingNextPage) void locks.fetchNextPage()
  }, [locks.isFetchingNextPage, locks.fetchNextPage])
  const list = useLockRows(rows, locks.hasNextPage, onMore)

  const known = useKnownValues(rows)
  // Words about why there are no rows are no part of a table.
  const isBare = !locks.isPending && rows.length === 0
  const input = useRef<HTMLInputElement>(null)
  const { move } = list.cursor
  const keys: Binding[] = [
    { keys: '/', says: 'filter', run: () => input.current?.focus(), foot: true },
    { keys: 'j', says: 'next lock', run: () => move(1), foot: true },
    { keys: 'k', says: 'lock before', run: () => move(-1), foot: true },
    { keys: 'Enter', says: 'open', foot: true },
  ]

  return (
    <Screen keys={keys}>
      <FilterBar
        text={text}
        onText={setText}
        problem={checked.problem}
        shown={isKnown ? q : null}
        inputRef={input}
        known={known}
      />
      <main id="main" className="flex min-h-0 flex-1 flex-col">
        <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-5 gap-y-1 px-4 py-1 max-md:px-3">
          <Count page={first} q={q} isOld={locks.isPlaceholderData} />
          <span className="text-12 text-ink-3 max-md:hidden">
            <Searched page={first} />
          </span>
          <ExportLinks q={q} />
          <span className="ml-auto min-w-0 max-md:ml-0">
            <StateSwitches text={text} onText={setText} />
          </span>
        </div>
        <GridTable
          aria-label="Locks"
          aria-rowcount={first === undefined ? -1 : first.total + 1}
          aria-colcount={COLUMNS.length}
          aria-busy={locks.isPending || locks.isPlaceholderData}
          className={cx('flex flex-col', isBare ? 'max-md:hidden' : 'min-h-0 flex-1')}
        >
          <LockTableHead sort={sort} onSort={(next) => set({ sort: next === DEFAULT_SORT ? null : next })} />
          {isBare ? null : (
            <div
              ref={list.scroller}
              className={cx(
                'min-h-0 flex-1 overflow-y-auto overscroll-contain',
                locks.isPlaceholderData && AGED,
              )}
            >
              {locks.isPending ? (
                <>
                  <Loading what="locks" />
                  <LockTableSkeleton />
                </>
              ) : (
                <LockTableBody rows={rows} list={list} />
              )}
            </div>
          )}
        </GridTable>
        {isBare ? (
          <div className="min-h-0 flex-1 overflow-y-auto">
            {!isKnown ? (
              <p className="px-4 py-8 text-15 text-ink-2 max-md:px-3">
                Nothing is shown as long as the filter is not understood.
              </p>
            ) : locks.isError ? (
              <ProblemNote
                what="The locks could not be read."
                error={locks.error}
                onRetry={() => void locks.refetch()}
              />
            ) : first === undefined ? null : (
              <Nothing page={first} q={q} onFilter={setText} />
            )}
          </div>
        ) : null}
      </main>
    </Screen>
  )
}

/** What the fleet and the rows that are there offer for completion. */
function useKnownValues(rows: readonly LockRow[]): KnownValues {
  const { data } = useOverview()
  return useMemo(
    () => ({
      backend: data?.backends.map(({ id }) => id) ?? [],
      dialect: [...new Set(rows.map(({ dialect }) => dialect))].sort(),
      holder: [...new Set(rows.flatMap(({ holders }) => holders.map(({ label }) => label)))].sort(),
    }),
    [data, rows],
  )
}

/** How many match of how many. What the last answer said stays until the next one is there. */
function Count({ page, q, isOld }: { page: LocksPage | undefined; q: string; isOld: boolean }) {
  const { data } = useOverview()
  const now = page === undefined || isOld ? null : countWords(page, q, data?.counts.all)
  const [last, setLast] = useState(now)
  if (now !== null && (now.matching !== last?.matching || now.of !== last.of)) setLast(now)
  const said = now ?? last
  if (page === undefined || said === null)
    return <h1 className="text-ink-3">{checkFilter(q).problem === null ? 'Reading locks' : 'Locks'}</h1>
  return (
    <h1 className={cx(isOld && AGED)}>
      <b className="font-semibold">{said.matching}</b> <span className="text-ink-2">{said.of}</span>
    </h1>
  )
}

/** Exactly what is filtered, all of it. */
function ExportLinks({ q }: { q: string }) {
  return (
    <span className="flex items-center gap-2 text-12 text-ink-3 max-md:hidden">
      Export
      {(['csv', 'json'] as const).map((format) => (
        <a
          key={format}
          href={`/api/v1/export?${new URLSearchParams({ q, format })}`}
          download
          className="inline-flex h-6 items-center rounded-4 px-1 text-ink-2 underline decoration-line-2 underline-offset-4 hover:text-ink"
        >
          {format.toUpperCase()}
        </a>
      ))}
    </span>
  )
}

function Searched({ page }: { page: LocksPage | undefined }) {
  const { data } = useOverview()
  if (page === undefined || data === undefined) return null
  return searchedWords(data.backends.length, page.incomplete)
}

/** Nothing was found: where it was looked for, and who gave no answer. */
function Nothing({ page, q, onFilter }: { page: LocksPage; q: string; onFilter(text: string): void }) {
  const { data } = useOverview()
  const backends = data?.backends ?? []
  const meant = meantFilter(q)
  const isName = filterWords(q).every(({ key }) => key === null)
  return (
    <div className="flex max-w-2xl flex-col gap-3 px-4 py-8 max-md:px-3">
      <p className="text-15 font-medium">
        {q === '' ? 'No lock is held, and nobody waits.' : 'No lock matches.'}
      </p>
      {q === '' ? null : (
        <p className="text-ink-2">
          Looked for{' '}
          <code className="rounded-4 bg-raised px-1.5 py-0.5 font-mono text-12 break-all text-ink">{q}</code>{' '}
          among {counted(data?.counts.all ?? page.of, 'lock')}.{' '}
          {isName ? 'A lock is known while somebody holds it or waits for it, and for a while after.' : null}
        </p>
      )}
      {meant === null ? null : (
        <p className="flex flex-wrap items-center gap-2 text-ink-2">
          Words without a colon are looked for in names.
          <Button onClick={() => onFilter(meant)}>
            Look for <span className="font-mono text-12">{meant}</span>
          </Button>
        </p>
      )}
      {q === '' ? (
        <p className="text-ink-2">
          Locks of the libraries that it recognises are found by themselves. Values that only look like locks
          are left out:{' '}
          <Link href="/locks?q=confidence:candidate" className="underline underline-offset-2 hover:text-ink">
            look at them
          </Link>
          , and name in the configuration under <code className="font-mono text-12">patterns</code> what is a
          lock.
        </p>
      ) : null}
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-ink-2">
        {backends.map((backend) => (
          <SearchedBackend key={backend.id} backend={backend} />
        ))}
      </dl>
      {page.incomplete.length > 0 ? (
        <p className="text-risk-ink">
          {incompleteWords(page.incomplete)} did not answer in full: there may be locks that are not known.
        </p>
      ) : null}
    </div>
  )
}

function SearchedBackend({ backend }: { backend: FleetBackend }) {
  const silent = silentNodes([backend]).map((node) => node.name)
  const answering = backend.nodes.filter((node) => !silent.includes(node.name)).map((node) => node.name)
  return (
    <>
      <dt className="font-mono text-12 leading-5 text-ink">{backend.id}</dt>
      <dd>
        {answering.length > 0 ? `${spoken(answering)} answered` : 'nobody answered'}
        {silent.length > 0 ? `, ${spoken(silent)} did not` : ''}
      </dd>
    </>
  )
}
