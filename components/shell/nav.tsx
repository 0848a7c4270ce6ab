'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useOverview } from '@/lib/client/queries.ts'
import { cx } from '../ui/class-names.ts'
import { isCurrent, PAGES } from './pages.ts'

function Troubled() {
  const { data } = useOverview()
  const count = data?.troubled.length ?? 0
  if (count === 0) return null
  return (
    <>
      <span aria-hidden="true" className="ml-1.5 font-medium text-split-ink">
        {count}
      </span>
      <span className="sr-only">, {count} in trouble</span>
    </>
  )
}

export function TopNav() {
  const path = usePathname()
  return (
    <nav aria-label="Pages" className="flex h-full items-stretch gap-5 max-md:hidden">
      {PAGES.map((page) => {
        const current = isCurrent(path, page.path)
        return (
          <Link
            key={page.path}
            href={page.path}
            aria-current={current ? 'page' : undefined}
            className={cx(
              'relative inline-flex items-center',
              current
                ? 'font-medium text-ink after:absolute after:inset-x-0 after:bottom-0 after:h-0.5 after:bg-accent'
                : 'text-ink-2 hover:text-ink',
            )}
          >
            {page.name}
            {page.path === '/' ? <Troubled /> : null}
          </Link>
        )
      })}
    </nav>
  )
}

export function BottomNav() {
  const path = usePathname()
  return (
    <nav
      aria-label="Pages"
      className="flex h-12 shrink-0 items-stretch justify-between border-t border-line bg-surface px-3 md:hidden"
    >
      {PAGES.map((page) => {
        const current = isCurrent(path, page.path)
        return (
          <Link
            key={page.path}
            href={page.path}
            aria-current={current ? 'page' : undefined}
            className={cx(
              'inline-flex min-w-11 items-center justify-center text-12',
              current ? 'font-semibold text-ink' : 'text-ink-2',
            )}
          >
            {page.name}
            {page.path === '/' ? <Troubled /> : null}
          </Link>
        )
      })}
    </nav>
  )
}
