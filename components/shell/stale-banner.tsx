'use client'

import { useFreshness, useOnClock } from '@/lib/client/live.tsx'
import { StateGlyph } from '../states/glyph.tsx'
import { clock, duration } from '../ui/format.ts'

/** Loud, because everything on the page may be wrong while it stands. */
export function StaleBanner() {
  const stale = useFreshness((freshness) => freshness.is === 'stale')
  const ageMs = useFreshness((freshness) =>
    freshness.is === 'stale' && freshness.ageMs !== null ? Math.floor(freshness.ageMs / 1_000) * 1_000 : null,
  )
  const since = useOnClock((now) => (now === null || ageMs === null ? null : clock(now - ageMs)))
  return (
    <div role="status" aria-live="polite">
      {stale ? (
        <div className="flex items-center gap-3 border-b border-risk bg-risk-soft px-4 py-2 text-risk-ink max-md:px-3">
          <StateGlyph look="unknown" />
          <p>
            <strong className="font-semibold">
              {since === null
                ? 'No connection to the console.'
                : `No news since ${since} UTC${ageMs === null ? '' : `, ${duration(ageMs)} ago`}.`}
            </strong>{' '}
            <span className="text-ink">
              What this page shows may be wrong, and nothing can be released from it until news arrives. It
              keeps trying.
            </span>
          </p>
        </div>
      ) : null}
    </div>
  )
}
