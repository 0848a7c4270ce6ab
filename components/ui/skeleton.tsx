import { cx } from './class-names.ts'

/** Stands where a value will stand. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('inline-block h-2.5 rounded-4 bg-pressed', className)} />
}

export function Loading({ what }: { what: string }) {
  return (
    <span role="status" className="sr-only">
      Loading {what}
    </span>
  )
}
