'use client'

import Link from 'next/link'
import type { LockRow } from '@/lib/fleet/lock.ts'
import { HeldFor, LockName } from '../locks/cells.tsx'
import { lockPath } from '../locks/lock-row.tsx'
import { LockLine } from '../timeline/lock-line.tsx'
import { cx } from '../ui/class-names.ts'
import { number } from '../ui/format.ts'

const GRID =
  'grid grid-cols-[minmax(0,1fr)_minmax(0,1.2fr)_64px_84px] items-center max-md:grid-cols-[minmax(0,1fr)_120px_52px]'

const Head = () => (
  <div className={cx(GRID, 'label h-7 border-b border-line-2')}>
    <span>Lock</span>
    <span className="flex justify-between">
      <span className="max-md:hidden">5 min ago</span>
      <span>now</span>
    </span>
    <span className="text-right">Waiting</span>
    <span className="text-right max-md:hidden">Held for</span>
  </div>
)

function Row({ row }: { row: LockRow }) {
  return (
    <li className={cx(GRID, 'relative h-7 border-b border-line hover:bg-raised')}>
      <Link
        href={lockPath(row.id)}
        prefetch={false}
        title={`${row.name} on ${row.backend}`}
        className="truncate pr-3 outline-offset-[-2px] after:absolute after:inset-0"
      >
        <LockName name={row.name} />
      </Link>
      <LockLine line={row.line} />
      <span className="text-right">{row.waiters.known ? number(row.waiters.count) : 'unknown'}</span>
      <span className="text-right whitespace-nowrap max-md:hidden">
        <HeldFor lock={row} />
      </span>
    </li>
  )
}

/** Where clients queue or take turns most, as small bands. */
export function Contended({ rows }: { rows: readonly LockRow[] }) {
  const half = Math.ceil(rows.length / 2)
  const columns = [rows.slice(0, half), rows.slice(half)].filter((column) => column.length > 0)
  return (
    <div className="grid gap-x-10 px-4 pb-4 max-md:px-3 lg:grid-cols-2">
      {columns.map((column, i) => (
        <div key={column[0]?.id} className={cx(i > 0 && 'max-lg:[&>:first-child]:hidden')}>
          <Head />
          <ul>
            {column.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  )
}
