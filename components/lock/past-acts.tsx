'use client'

import Link from 'next/link'
import { useAudit } from '@/lib/client/queries.ts'
import { joinActs, resultOf } from '../audit/join.ts'
import { StateWord } from '../states/glyph.tsx'
import { At } from '../ui/moment.tsx'
import { problemText } from '../ui/problem-note.tsx'
import { Section } from '../ui/section.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'

const SHOWN = 6

/** What was done to it from here before. */
export function PastActs({ lock }: { lock: string }) {
  const audit = useAudit(lock)
  const acts = joinActs(audit.data?.pages.flatMap((page) => page.items) ?? [])
  return (
    <Section
      id="before"
      title="Done to it before"
      aside={
        acts.length === 0 ? undefined : (
          <Link href={`/audit?lock=${encodeURIComponent(lock)}`} className="hover:text-ink">
            audit, {Math.min(SHOWN, acts.length)} of {acts.length}
          </Link>
        )
      }
    >
      {audit.isError && audit.data === undefined ? (
        <p className="px-4 pb-3 text-ink-2 max-md:px-3">Not known: {problemText(audit.error).says}</p>
      ) : audit.data === undefined ? (
        <p className="px-4 pb-3">
          <Loading what="past acts" />
          <Skeleton className="w-60" />
        </p>
      ) : acts.length === 0 ? (
        <p className="px-4 pb-3 text-ink-3 max-md:px-3">Nothing was done to it from here.</p>
      ) : (
        <ul className="px-4 pb-3 max-md:px-3">
          {acts.slice(0, SHOWN).map((act) => (
            <li key={act.id} className="flex min-h-6 flex-wrap items-baseline gap-x-3">
              <At reachable iso={act.first.at} className="w-20 shrink-0 text-ink-3" />
              <span className="min-w-0 flex-1 truncate" title={act.first.reason ?? undefined}>
                <b className="font-medium">{act.first.actor}</b>{' '}
                <span className="text-ink-2">
                  release from {act.first.holder ?? 'nobody'}
                  {act.first.reason === null ? '' : `: ${act.first.reason}`}
                </span>
              </span>
              <StateWord said={resultOf(act)} size={12} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
