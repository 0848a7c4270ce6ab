'use client'

import type { ReactNode } from 'react'
import { useOnClock } from '@/lib/client/live.tsx'
import { cx } from './class-names.ts'
import { absolute, duration, moment } from './format.ts'

interface TimeProps {
  iso: string
  className?: string
  /** Can be reached by key, and then shows the full time, as it does on hover. */
  reachable?: boolean
}

function Time({ iso, className, reachable = false, children }: TimeProps & { children: ReactNode }) {
  const full = absolute(Date.parse(iso))
  return (
    <time
      dateTime={iso}
      title={full}
      {...(reachable ? { tabIndex: 0, 'data-full': full } : {})}
      className={cx(reachable && 'shows-full', className)}
    >
      {children}
    </time>
  )
}

/** When something was. */
export function At({ iso, ...rest }: TimeProps) {
  const at = Date.parse(iso)
  const said = useOnClock((now) => moment(at, now))
  return (
    <Time iso={iso} {...rest}>
      {said}
    </Time>
  )
}

/** How long ago, counting on. */
export function Ago({ iso, suffix = ' ago', ...rest }: TimeProps & { suffix?: string }) {
  const at = Date.parse(iso)
  const said = useOnClock((now) => (now === null ? null : duration(now - at)))
  return (
    <Time iso={iso} {...rest}>
      {said === null ? moment(at, null) : said + suffix}
    </Time>
  )
}

export const Since = (props: { iso: string; className?: string }) => <Ago {...props} suffix="" />

/** A duration read at `at`, grown by the time since. */
export function Grown({ ms, at }: { ms: number; at: string }) {
  const read = Date.parse(at)
  return useOnClock((now) => duration(ms + (now === null ? 0 : Math.max(0, now - read))))
}
