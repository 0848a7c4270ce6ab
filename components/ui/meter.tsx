import { cx } from './class-names.ts'

/** A thin bar of a part; the number stands beside it. */
export function Meter({
  part,
  width = 46,
  className = 'text-ink-2',
}: {
  part: number
  width?: number
  className?: string
}) {
  const filled = Math.max(0, Math.min(1, part)) * width
  return (
    <svg width={width} height="4" aria-hidden="true" className={cx('shrink-0', className)}>
      <rect width={width} height="4" className="fill-pressed" />
      <rect width={filled} height="4" fill="currentColor" />
    </svg>
  )
}
