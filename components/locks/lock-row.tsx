'use client'

import Link from 'next/link'
import { memo } from 'react'
import type { LockRow } from '@/lib/fleet/lock.ts'
import { StateWord } from '../states/glyph.tsx'
import { lookOf } from '../states/looks.ts'
import { VotePips } from '../states/votes.tsx'
import { LockLine } from '../timeline/lock-line.tsx'
import { Badge } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { counted } from '../ui/format.ts'
import { GridCell, GridRow, GridRowHead } from '../ui/grid-table.tsx'
import { Tinted } from '../ui/tinted.tsx'
import { Fence, HeldFor, LockName, TtlLeft, Waiting } from './cells.tsx'
import { GRID } from './columns.ts'
import { holderWords } from './words.ts'

export const lockPath = (id: string): string => `/locks/${encodeURIComponent(id)}`

const CELL = 'flex min-w-0 items-center px-2'
const WIDE = 'max-xl:hidden'

interface RowProps {
  row: LockRow
  index: number
  cursor: boolean
  most: number
  onCursor(id: string): void
}

const CURSOR = 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'
const STRETCHED = 'outline-offset-[-2px] after:absolute after:inset-0'

/** One lock as a row of the table. The link over its name is stretched over all of it. */
export const LockTableRow = memo(function LockTableRow({ row, index, cursor, most, onCursor }: RowProps) {
  const said = lookOf(row)
  const holder = row.holders[0]
  return (
    <GridRow
      aria-rowindex={index + 2}
      className={cx(GRID, 'relative h-6.5 border-b border-line px-2', cursor ? CURSOR : 'hover:bg-raised')}
    >
      <GridCell className={CELL}>
        <Tinted value={said.word} className="flex min-w-0">
          <StateWord said={said} className="w-full" />
        </Tinted>
      </GridCell>
      <GridRowHead className={CELL}>
        <Link
          href={lockPath(row.id)}
          prefetch={false}
          data-row={row.id}
          title={row.name}
          className={cx('truncate', STRETCHED)}
          onFocus={() => onCursor(row.id)}
        >
          <LockName name={row.name} />
        </Link>
      </GridRowHead>
      <GridCell className={cx(CELL, 'text-ink-2')}>
        <span className="truncate">{row.backend}</span>
      </GridCell>
      <GridCell className={cx(CELL, WIDE)}>
        <Badge outlined={row.confidence !== 'certain'}>{row.dialect}</Badge>
      </GridCell>
      <GridCell className={cx(CELL, 'font-mono text-12 text-ink-2')}>
        <Tinted value={holderWords(row)} className="truncate">
          {holderWords(row)}
        </Tinted>
      </GridCell>
      <GridCell className={cx(CELL, WIDE, 'justify-end whitespace-nowrap')}>
        <HeldFor lock={row} />
      </GridCell>
      <GridCell className={cx(CELL, 'justify-end gap-2 whitespace-nowrap')}>
        <TtlLeft lock={row} risk={said.look === 'risk'} />
      </GridCell>
      <GridCell className={cx(CELL, 'justify-end')}>
        <Waiting waiters={row.waiters} most={most} />
      </GridCell>
      <GridCell className={cx(CELL, WIDE)}>
        <VotePips votes={row.votes} />
      </GridCell>
      <GridCell className={cx(CELL, WIDE, 'justify-end font-mono text-12 text-ink-2')}>
        <Fence holder={holder} />
      </GridCell>
      <GridCell className={CELL}>
        <LockLine line={row.line} />
      </GridCell>
    </GridRow>
  )
})

/** The same lock on a phone: not a smaller table, but the same order of importance. */
export const LockCardRow = memo(function LockCardRow({ row, index, cursor, onCursor }: RowProps) {
  const said = lookOf(row)
  const holder = row.holders[0]
  return (
    <GridRow
      aria-rowindex={index + 2}
      className={cx('relative flex h-16.5 gap-2.5 border-b border-line px-3 pt-1.5', cursor && CURSOR)}
    >
      <GridCell className="min-w-0 flex-1">
        <span className="flex items-baseline gap-3">
          <Link
            href={lockPath(row.id)}
            prefetch={false}
            data-row={row.id}
            className={cx('min-w-0 flex-1 truncate font-mono text-13 font-medium', STRETCHED)}
            onFocus={() => onCursor(row.id)}
          >
            {row.name}
          </Link>
          <span className="whitespace-nowrap">
            {row.waiters.known ? (
              row.waiters.count > 0 && (
                <b className="font-medium">{counted(row.waiters.count, 'waiting', 'waiting')}</b>
              )
            ) : (
              <span className="text-ink-2">waiters unknown</span>
            )}
          </span>
        </span>
        <span className="flex items-center gap-3 text-12">
          <span className="flex min-w-0 flex-1 items-center gap-1.5">
            <StateWord said={said} size={12} />
            <span className="truncate text-ink-2">
              {row.holders.length > 0 ? `· ${holderWords(row)}` : ''}
            </span>
          </span>
          {holder === undefined ? null : (
            <span className="whitespace-nowrap text-ink-2">
              held <HeldFor lock={row} />
            </span>
          )}
        </span>
        <span className="block pt-0.5">
          <LockLine line={row.line} height={18} />
        </span>
      </GridCell>
    </GridRow>
  )
})
