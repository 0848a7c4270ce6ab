'use client'

import Link from 'next/link'
import { memo } from 'react'
import { useOnClock } from '@/lib/client/live.tsx'
import type { LockRow } from '@/lib/fleet/lock.ts'
import { HeldFor } from '../locks/cells.tsx'
import { lockPath } from '../locks/lock-row.tsx'
import { holderWords, waitedWords, waitersByLabel } from '../locks/words.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { LOOKS, lookOf } from '../states/looks.ts'
import { LockLine } from '../timeline/lock-line.tsx'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { number, sentence } from '../ui/format.ts'
import { Kbd } from '../ui/kbd.tsx'
import { Tinted } from '../ui/tinted.tsx'

export const TROUBLED_GRID =
  'md:grid md:grid-cols-[132px_minmax(0,1fr)_190px_118px] ' +
  'lg:grid-cols-[150px_minmax(0,1fr)_210px_180px_132px] xl:grid-cols-[150px_minmax(0,1fr)_240px_220px_180px]'

const CURSOR = 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'

function Blocked({ row }: { row: LockRow }) {
  const waited = useOnClock((now) => waitedWords(row, now))
  if (!row.waiters.known) {
    return (
      <span className="flex items-start gap-3">
        <span className="hatch mt-0.5 flex h-4.5 w-8 shrink-0 justify-center">
          <span className="bg-ground px-1 text-12 leading-4.5 font-semibold">?</span>
        </span>
        <span className="flex min-w-0 flex-col text-12">
          <span className="text-13 text-ink-2">not known</span>
          <span className="truncate text-ink-3">{row.dialect} leaves no trace</span>
        </span>
      </span>
    )
  }
  const none = row.waiters.count === 0
  return (
    <span className="flex items-baseline gap-3">
      <span className={cx('min-w-8 text-right text-15', none ? 'text-ink-3' : 'font-semibold')}>
        <Tinted value={row.waiters.count}>{number(row.waiters.count)}</Tinted>
      </span>
      <span className="flex min-w-0 flex-col text-12">
        <span className="whitespace-nowrap">
          {none ? <span className="text-ink-2">nobody waits</span> : waited}
        </span>
        <span className="truncate text-ink-2">{waitersByLabel(row)}</span>
      </span>
    </span>
  )
}

function HolderNote({ row }: { row: LockRow }) {
  if (row.holders.length === 0 || (row.state !== 'unknown' && row.holders[0]?.since == null)) return null
  if (row.state === 'unknown') return ` · ${holderWords(row)}`
  return (
    <>
      {' '}
      · held <HeldFor lock={row} />
    </>
  )
}

/** One lock with a finding: the finding in words, its evidence, who is blocked, and what to do. */
export const TroubledRow = memo(function TroubledRow({
  row,
  cursor,
  onCursor,
}: {
  row: LockRow
  cursor: boolean
  onCursor(id: string): void
}) {
  const [verdict] = row.verdicts
  if (verdict === undefined) return null
  const said = lookOf(row)
  const releases = verdict.suggests === 'release' && row.releaseBlocked === null
  return (
    <li
      className={cx(
        TROUBLED_GRID,
        'relative border-b border-line max-md:flex max-md:flex-col max-md:gap-1.5 max-md:px-3 max-md:py-2.5 md:h-14.5 md:items-center md:px-2',
        cursor ? CURSOR : 'hover:bg-raised',
      )}
    >
      <span className="flex items-center gap-1.5 md:px-2">
        <StateGlyph look={said.look} />
        <span className={cx('font-medium', LOOKS[said.look].ink)}>{sentence(said.word)}</span>
      </span>
      <span className="flex min-w-0 flex-col md:px-2">
        <span className="flex items-baseline gap-2">
          <Link
            href={lockPath(row.id)}
            prefetch={false}
            data-row={row.id}
            title={row.name}
            onFocus={() => onCursor(row.id)}
            className="min-w-0 truncate font-mono text-12 font-semibold outline-offset-[-2px] after:absolute after:inset-0"
          >
            {row.name}
          </Link>
          <span className="text-12 whitespace-nowrap text-ink-3">
            {row.backend}
            <HolderNote row={row} />
          </span>
        </span>
        <span
          className="truncate text-ink-2 max-md:whitespace-normal"
          title={`${verdict.says} ${sentence(verdict.evidence.join(', '))}.`}
        >
          {verdict.says} <span className="text-ink-3">{sentence(verdict.evidence.join(', '))}.</span>
        </span>
      </span>
      <span className="md:px-2">
        <Blocked row={row} />
      </span>
      <span className="md:px-2 max-lg:md:hidden">
        <LockLine line={row.line} height={26} />
      </span>
      <span className="relative z-1 md:px-2">
        <Link
          href={releases ? `${lockPath(row.id)}?plan=release` : lockPath(row.id)}
          prefetch={false}
          className={cx(
            buttonClass(cursor && releases ? 'filled' : 'plain', 28),
            'w-full justify-between! max-md:h-11!',
          )}
        >
          {releases ? 'Plan its release' : 'Look at it'}
          {cursor ? <Kbd keys={releases ? 'r' : '↵'} onInk={releases} /> : null}
        </Link>
      </span>
    </li>
  )
})
