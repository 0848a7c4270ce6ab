'use client'

import Link from 'next/link'
import { LockName } from '../locks/cells.tsx'
import { lockPath } from '../locks/lock-row.tsx'
import { StateGlyph } from '../states/glyph.tsx'
import { cx } from '../ui/class-names.ts'
import { number } from '../ui/format.ts'
import { Since } from '../ui/moment.tsx'
import type { TreeLock, TreeRow } from './tree.ts'

export const TREE_GRID =
  'grid grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,120px)_96px_96px] items-center max-md:grid-cols-[minmax(0,1fr)_76px_76px]'
const WIDE = 'max-md:hidden'
const CURSOR = 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'
const STEP_PX = 20

interface LineProps {
  row: TreeRow
  cursor: boolean
  onCursor(key: string): void
  onTurn(row: TreeRow): void
}

/** Whoever is further in waits for who is above. */
export function TreeLine({ row, cursor, onCursor, onTurn }: LineProps) {
  return (
    <li
      data-row={row.key}
      tabIndex={cursor ? 0 : -1}
      onFocus={() => onCursor(row.key)}
      className={cx(
        TREE_GRID,
        'relative h-7 border-b border-line px-2 outline-offset-[-2px] max-md:min-h-11',
        cursor ? CURSOR : 'hover:bg-raised',
      )}
    >
      {row.is === 'rest' ? <Rest row={row} onTurn={onTurn} /> : <Somebody row={row} onTurn={onTurn} />}
    </li>
  )
}

function Indent({ depth }: { depth: number }) {
  return (
    <>
      <span aria-hidden="true" className="shrink-0" style={{ width: depth * STEP_PX }} />
      {depth === 0 ? null : <span className="sr-only">level {depth + 1}, </span>}
    </>
  )
}

function Somebody({ row, onTurn }: { row: Extract<TreeRow, { is: 'party' }>; onTurn(row: TreeRow): void }) {
  const { party, wait, lock, holds, depth, children, isOpen } = row
  return (
    <>
      <span className="flex min-w-0 items-center gap-1.5 px-2">
        <Indent depth={depth} />
        {children === 0 ? (
          <span aria-hidden="true" className="w-6 shrink-0" />
        ) : (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={`who waits for ${party.label}`}
            onClick={() => onTurn(row)}
            className="inline-flex size-6 shrink-0 items-center justify-center rounded-4 text-ink-3 hover:bg-pressed hover:text-ink"
          >
            <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
              <path d={isOpen ? 'M1 3h8L5 8Z' : 'M3 1v8l5-4Z'} fill="currentColor" />
            </svg>
          </button>
        )}
        <StateGlyph look={wait === null ? 'held' : 'waiting'} size={12} />
        <span className="flex min-w-0 flex-col">
          <span
            className={cx('truncate font-mono text-12', wait === null && 'font-semibold')}
            title={party.label}
          >
            {party.label}
          </span>
          <span className="truncate text-12 text-ink-3 md:hidden">{(lock ?? holds[0])?.name}</span>
        </span>
        {party.identified ? null : <span className="text-12 whitespace-nowrap text-ink-3">one hold</span>}
      </span>
      <span className={cx('min-w-0 truncate px-2', WIDE)}>
        {lock === null ? (
          <Holds locks={holds} />
        ) : (
          <Link href={lockPath(lock.id)} prefetch={false} title={lock.name} className="hover:underline">
            <LockName name={lock.name} />
          </Link>
        )}
      </span>
      <span className={cx('truncate px-2 text-ink-2', WIDE)}>{(lock ?? holds[0])?.backend}</span>
      <span className="px-2 text-right whitespace-nowrap">
        {wait === null ? (
          <span className="text-ink-3">–</span>
        ) : wait.since === null ? (
          'not told'
        ) : (
          <Since iso={wait.since} />
        )}
      </span>
      <span className="px-2 text-right font-medium">{blocks(party.downstream)}</span>
    </>
  )
}

/** Whoever waits for nobody: what it holds up others with. */
function Holds({ locks: [first, ...more] }: { locks: readonly TreeLock[] }) {
  if (first === undefined) return <span className="text-ink-3">nobody</span>
  return (
    <>
      <span className="text-ink-3">nobody, holds </span>
      <Link href={lockPath(first.id)} prefetch={false} title={first.name} className="hover:underline">
        <LockName name={first.name} />
      </Link>
      {more.length === 0 ? null : <span className="text-ink-3"> and {more.length} more</span>}
    </>
  )
}

const blocks = (downstream: number | null) =>
  downstream === null ? (
    'many'
  ) : downstream === 0 ? (
    <span className="font-normal text-ink-3">–</span>
  ) : (
    number(downstream)
  )

function Rest({ row, onTurn }: { row: Extract<TreeRow, { is: 'rest' }>; onTurn(row: TreeRow): void }) {
  return (
    <span className="col-span-full flex min-w-0 items-center gap-1.5 px-2">
      <Indent depth={row.depth} />
      <span aria-hidden="true" className="w-6 shrink-0" />
      <button
        type="button"
        onClick={() => onTurn(row)}
        className="min-h-6 truncate text-ink-2 underline decoration-line-input underline-offset-2 hover:text-ink"
      >
        {number(row.left)} more {row.left === 1 ? 'waits' : 'wait'} for {row.lock?.name ?? 'it'}
      </button>
    </span>
  )
}
