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
    <section aria-label="Alarms about the fleet" className="border-b border-line bg-surface">
      <ul>
        {alarms.slice(0, MOST).map(({ id, name, backend, node, says }) => (
          <li
            key={`${id} ${name} ${backend} ${node}`}
            className="flex min-h-8 flex-wrap items-center gap-x-3 px-4 py-1.5 max-md:px-3"
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
      <p className="px-4 pb-1.5 max-md:px-3">
        <Link
          href="/nodes#findings"
          className="text-12 text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {alarms.length > MOST ? `All ${alarms.length} alarms, and what to do` : 'What to do about it'}
        </Link>
      </p>
    </section>
  )
}
