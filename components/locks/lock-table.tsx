'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef } from 'react'
import type { LockRow } from '@/lib/fleet/lock.ts'
import { cx } from '../ui/class-names.ts'
import { GridColumnHead, GridRow, GridRows } from '../ui/grid-table.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useIsWide } from '../ui/use-media.ts'
import { useRowCursor } from '../ui/use-row-cursor.ts'
import { COLUMNS, GRID, nextSort, sortOf } from './columns.ts'
import { LockCardRow, LockTableRow } from './lock-row.tsx'

const ROW_PX = 26
const CARD_PX = 66
/** So many rows before the end the next page is asked for. */
const AHEAD = 60

export function LockTableHead({ sort, onSort }: { sort: string; onSort(sort: string): void }) {
  return (
    <GridRows className="shrink-0 border-b border-line-2 max-md:hidden">
      <GridRow aria-rowindex={1} className={cx(GRID, 'h-7 px-2')}>
        {COLUMNS.map((column) => {
          const order = column.sort === null ? null : sortOf(sort, column.sort)
          const by = column.sort
          return (
            <GridColumnHead
              key={column.id}
              aria-sort={by === null ? undefined : (order ?? 'none')}
              className={cx(
                'label flex min-w-0 items-center px-2',
                column.right && 'justify-end',
                column.wide && 'max-xl:hidden',
              )}
            >
              {by === null ? (
                <span className="inline-flex h-6 items-center">{column.head}</span>
              ) : (
                <button
                  type="button"
                  className={cx(
                    'inline-flex h-6 items-center gap-1 hover:text-ink',
                    order !== null && 'text-ink',
                  )}
                  onClick={() => onSort(nextSort(sort, column))}
                >
                  {column.head}
                  {order === null ? null : (
                    <span aria-hidden="true">{order === 'ascending' ? '↑' : '↓'}</span>
                  )}
                </button>
              )}
              {column.id === 'line' ? <span className="ml-auto font-normal">now</span> : null}
            </GridColumnHead>
          )
        })}
      </GridRow>
    </GridRows>
  )
}

export function useLockRows(rows: readonly LockRow[], hasMore: boolean, onMore: () => void) {
  const wide = useIsWide()
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (wide ? ROW_PX : CARD_PX),
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width is another height of rows
  useEffect(() => virtualizer.measure(), [virtualizer, wide])

  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - AHEAD) onMore()
  }, [hasMore, last, rows.length, onMore])

  const ids = rows.map((row) => row.id)
  const reveal = useCallback(
    (index: number) => virtualizer.scrollToIndex(index, { align: 'auto' }),
    [virtualizer],
  )
  const cursor = useRowCursor(ids, 'locks', reveal)
  return { wide, scroller, virtualizer, items, cursor }
}

export function LockTableBody({
  rows,
  list,
}: {
  rows: readonly LockRow[]
  list: ReturnType<typeof useLockRows>
}) {
  const { wide, virtualizer, items, cursor } = list
  const most = rows.reduce((max, row) => (row.waiters.known ? Math.max(max, row.waiters.count) : max), 0)
  const Row = wide ? LockTableRow : LockCardRow
  return (
    <GridRows className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {items.map((item) => {
        const row = rows[item.index]
        if (row === undefined) return null
        return (
          <div
            key={item.key}
            role="presentation"
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <Row
              row={row}
              index={item.index}
              cursor={row.id === cursor.at}
              most={most}
              onCursor={cursor.put}
            />
          </div>
        )
      })}
    </GridRows>
  )
}

const WIDTHS = [
  'w-14',
  'w-40',
  'w-12',
  'w-16',
  'w-28',
  'w-10',
  'w-24',
  'w-6',
  'w-12',
  'w-14',
  'w-full',
] as const
const PLACES = Array.from({ length: 24 }, (_, row) => row)

export function LockTableSkeleton() {
  return (
    <div aria-hidden="true">
      {PLACES.map((place) => (
        <div key={place}>
          <div className={cx(GRID, 'h-6.5 items-center border-b border-line px-2 max-md:hidden')}>
            {COLUMNS.map((column, i) => (
              <span
                key={column.id}
                className={cx('px-2', column.right && 'text-right', column.wide && 'max-xl:hidden')}
              >
                <Skeleton className={cx(WIDTHS[i], 'max-w-full')} />
              </span>
            ))}
          </div>
          <div className="flex h-16.5 flex-col justify-center gap-2 border-b border-line px-3 md:hidden">
            <Skeleton className="w-44" />
            <Skeleton className="w-28" />
            <Skeleton className="w-full" />
          </div>
        </div>
      ))}
    </div>
  )
}
