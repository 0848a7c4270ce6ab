'use client'

import { useFreshness, useOnClock } from '@/lib/client/live.tsx'
import { cx } from '../ui/class-names.ts'
import { clock, duration } from '../ui/format.ts'

export function LiveIndicator() {
  const is = useFreshness((freshness) => freshness.is)
  const said = useFreshness((freshness) => {
    if (freshness.is === 'connecting') return 'Connecting'
    if (freshness.is === 'live') return `Live, ${duration(freshness.ageMs)}`
    return freshness.ageMs === null ? 'No connection' : `Stale, ${duration(freshness.ageMs)}`
  })
  return (
    <span
      title="Age of the last message of the event stream"
      className={cx(
        'inline-flex items-center gap-2 whitespace-nowrap',
        is === 'stale' ? 'font-medium text-risk-ink' : 'text-ink-2',
      )}
    >
      <svg width="8" height="8" aria-hidden="true">
        {is === 'live' ? (
          <circle cx="4" cy="4" r="4" className="fill-ink" />
        ) : (
          <circle
            cx="4"
            cy="4"
            r="3.2"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
            strokeDasharray="2.4 1.6"
          />
        )}
      </svg>
      <span className="min-w-17">{said}</span>
    </span>
  )
}

export function UtcClock() {
  const said = useOnClock((now) => (now === null ? '--:--:--' : clock(now)))
  return (
    <span
      className="font-mono text-12 whitespace-nowrap text-ink-3 max-md:hidden"
      title="By the console’s clock"
    >
      {said} UTC
    </span>
  )
}
