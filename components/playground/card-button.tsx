'use client'

import type { ReactNode } from 'react'
import { cx } from '../ui/class-names.ts'

/** The buttons along the lower edge of a box. */
export function CardButton({
  label,
  blocked,
  onClick,
  children,
}: {
  label: string
  blocked: string | null
  onClick(): void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-disabled={blocked !== null}
      title={blocked ?? undefined}
      onClick={() => {
        if (blocked === null) onClick()
      }}
      className={cx(
        'h-7 px-2 outline-offset-[-2px] max-md:h-11',
        blocked === null ? 'font-medium text-ink hover:bg-raised' : 'cursor-not-allowed! text-ink-3',
      )}
    >
      {children}
    </button>
  )
}
