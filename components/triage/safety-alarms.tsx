'use client'

import Link from 'next/link'
import { useFindings } from '@/lib/client/queries.ts'
import { placeOf } from '../nodes/finding-words.ts'
import { StateGlyph } from '../states/glyph.tsx'

/** More of them are on the page of the nodes. */
const MOST = 3

/** What about the fleet itself can let two holders in, or nobody: above all locks, since it may be why they are in trouble. */
export function SafetyAlarms() {
  const { data } = useFindings()
  const alarms = data?.findings.filter(({ severity }) => severity === 'alarm') ?? []
  if (alarms.length === 0) return null
  return (
    <section
      aria-label="Alarms about the fleet"
      className="flex flex-wrap items-center gap-x-6 border-b border-line bg-surface px-4 py-1 max-md:px-3"
    >
      <ul className="min-w-0 flex-1 basis-96">
        {alarms.slice(0, MOST).map(({ id, name, backend, node, says }) => (
          <li
            key={`${id} ${name} ${backend} ${node}`}
            className="flex min-h-7 flex-wrap items-center gap-x-3"
          >
            <span className="inline-flex items-center gap-1.5">
              <StateGlyph look="split" />
              <span className="font-medium text-split-ink">Unsafe</span>
            </span>
            <span className="font-mono text-12 text-ink-2">{placeOf({ backend, node })}</span>
            <span className="min-w-0">{says}</span>
          </li>
        ))}
      </ul>
      <p>
        <Link
          href="/nodes#findings"
          className="inline-flex min-h-6 items-center text-12 text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {alarms.length > MOST ? `All ${alarms.length} alarms, and what to do` : 'What to do about it'}
        </Link>
      </p>
    </section>
  )
}
