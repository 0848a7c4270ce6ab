import type { ReactNode } from 'react'
import { cx } from './class-names.ts'

/** A word that classifies and is no state: outlined when less than certain. */
export function Badge({ children, outlined = false }: { children: ReactNode; outlined?: boolean }) {
  return (
    <span
      className={cx(
        'inline-block max-w-full truncate rounded-4 border px-1.5 align-middle text-12 leading-4.5',
        outlined ? 'border-line-2 text-ink-2' : 'border-transparent bg-raised text-ink-2',
      )}
    >
      {children}
    </span>
  )
}
