import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** A part of a page: its heading, what qualifies it, and what is said at its right. */
export function Section({
  id,
  title,
  note,
  aside,
  children,
  className,
}: {
  id: string
  title: ReactNode
  note?: ReactNode
  aside?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section aria-labelledby={id} className={cx('min-w-0', className)}>
      <header className="flex min-h-10 flex-wrap items-baseline gap-x-2 px-4 pt-3 pb-1.5 max-md:px-3">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {note === undefined ? null : <span className="text-12 text-ink-3">{note}</span>}
        {aside === undefined ? null : <span className="ml-auto text-12 text-ink-3">{aside}</span>}
      </header>
      {children}
    </section>
  )
}
