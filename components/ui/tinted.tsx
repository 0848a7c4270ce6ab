'use client'

import { type ReactNode, useState } from 'react'
import { cx } from './class-names.ts'

/** One short tint when the value becomes another one; none when it first appears. */
export function Tinted({
  value,
  children,
  className,
}: {
  value: string | number
  children: ReactNode
  className?: string
}) {
  const [seen, setSeen] = useState({ value, changes: 0 })
  if (seen.value !== value) setSeen({ value, changes: seen.changes + 1 })
  return (
    <span key={seen.changes} className={cx('rounded-4', seen.changes > 0 && 'animate-tint', className)}>
      {children}
    </span>
  )
}
