'use client'

import { useRouter } from 'next/navigation'
import { useMemo } from 'react'
import { useLiveView, useOnClock } from '@/lib/client/live.tsx'
import { useOverview } from '@/lib/client/queries.ts'
import type { LockRow } from '@/lib/fleet/lock.ts'
import type { Overview } from '@/lib/fleet/overview.ts'
import { lockPath } from '../locks/lock-row.tsx'
import { Screen } from '../shell/screen.tsx'
import { cx } from '../ui/class-names.ts'
import type { Binding } from '../ui/keys.ts'
import { Ago } from '../ui/moment.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Section } from '../ui/section.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { useRowCursor } from '../ui/use-row-cursor.ts'
import { Contended } from './contended.tsx'
import { SafetyAlarms } from './safety-alarms.tsx'
import { Strip } from './strip.tsx'
import { TROUBLED_GRID, TroubledRow } from './troubled-row.tsx'
import { blockedWords, checkedWords, RULES, triageTitle } from './words.ts'

const NONE: readonly LockRow[] = []

/** What hurts now, the most harm first. */
export function TriageScreen() {
  useLiveView({})
  const router = useRouter()
  const { data: overview, isError, error, refetch } = useOverview()
  const troubled = overview?.troubled ?? NONE
  const ids = useMemo(() => troubled.map((row) => row.id), [troubled])
  const cursor = useRowCursor(ids, 'triage')
  const at = cursor.at ?? ids[0] ?? null
  const row = troubled.find((one) => one.id === at)

  const keys: Binding[] = [
    { keys: 'j', says: 'next finding', run: () => cursor.move(1), foot: true },
    { keys: 'k', says: 'finding before', run: () => cursor.move(-1), foot: true },
    { keys: 'Enter', says: 'open', foot: true },
    {
      keys: 'r',
      says: 'plan its release',
      foot: true,
      run: () => {
        if (row !== undefined && row.releaseBlocked === null) router.push(`${lockPath(row.id)}?plan=release`)
      },
    },
  ]

  return (
    <Screen keys={keys}>
      <main id="main" className="min-h-0 flex-1 overflow-y-auto">
        <Strip overview={overview} />
        <SafetyAlarms />
        {isError && overview === undefined ? (
          <ProblemNote what="The fleet could not be read." error={error} onRetry={() => void refetch()} />
        ) : overview === undefined ? (
          <TriageSkeleton />
        ) : (
          <>
            {troubled.length === 0 ? (
              <Calm overview={overview} />
            ) : (
              <Troubled overview={overview} at={at} onCursor={cursor.put} />
            )}
            {overview.contended.length === 0 ? null : (
              <Section
                id="contended"
                title="Most contended"
                note={`${overview.contended.length} shown`}
                aside={
                  <span className="max-md:hidden">
                    Segments are holds, a new tint is a new holder. The line above is the queue. Hatched: not
                    observed
                  </span>
                }
              >
                <Contended rows={overview.contended} />
              </Section>
            )}
          </>
        )}
      </main>
    </Screen>
  )
}

function Troubled({
  overview,
  at,
  onCursor,
}: {
  overview: Overview
  at: string | null
  onCursor(id: string): void
}) {
  const rows = overview.troubled
  const blocked = useOnClock((now) => blockedWords(rows, now))
  return (
    <section aria-labelledby="finding">
      <header className="flex flex-wrap items-baseline gap-x-3 px-4 pt-4 pb-2 max-md:px-3">
        <h1 id="finding" className="text-20 font-semibold">
          {triageTitle(overview)}
        </h1>
        <p className="text-ink-2">{blocked}</p>
        <p className="ml-auto text-12 text-ink-3 max-lg:hidden">
          By harm: who is blocked × how long; where that is unknown, by severity
        </p>
      </header>
      <div
        aria-hidden="true"
        className={cx(TROUBLED_GRID, 'label h-7 items-center border-b border-line-2 px-2 max-md:hidden')}
      >
        <span className="px-2">Verdict</span>
        <span className="px-2">Lock and evidence</span>
        <span className="px-2">Blocked</span>
        <span className="flex justify-between px-2 max-lg:md:hidden">
          Last 5 min <span>now</span>
        </span>
        <span className="px-2">Suggested act</span>
      </div>
      <ul>
        {rows.map((row) => (
          <TroubledRow key={row.id} row={row} cursor={row.id === at} onCursor={onCursor} />
        ))}
      </ul>
    </section>
  )
}

/** All is well, as far as it was looked at. */
function Calm({ overview }: { overview: Overview }) {
  const isRead = overview.backends.every(({ sweptAt }) => sweptAt !== null)
  const swept = isRead ? overview.backends.flatMap(({ sweptAt }) => sweptAt ?? []).sort()[0] : undefined
  return (
    <section aria-labelledby="finding" className="px-4 py-8 max-md:px-3">
      <h1 id="finding" className="text-20 font-semibold">
        {triageTitle(overview)}
      </h1>
      <p className="pt-1 text-15 text-ink-2">{checkedWords(overview)}</p>
      <p className="max-w-2xl pt-3 text-ink-3">
        No lock shows any of these: {RULES.join(', ')}.
        {swept === undefined ? null : (
          <>
            {' '}
            Every backend was read in full within the last <Ago iso={swept} suffix="" />.
          </>
        )}
      </p>
    </section>
  )
}

const PLACES = [0, 1, 2, 3] as const
const SKELETON_WIDTHS = ['w-20', 'w-72', 'w-36', 'w-44', 'w-28'] as const

function TriageSkeleton() {
  return (
    <div aria-busy="true">
      <Loading what="the fleet" />
      <div className="px-4 pt-5 pb-4 max-md:px-3">
        <Skeleton className="h-4 w-56" />
      </div>
      {PLACES.map((place) => (
        <div
          key={place}
          className={cx(TROUBLED_GRID, 'items-center border-b border-line px-2 py-4 max-md:px-3')}
        >
          {SKELETON_WIDTHS.map((width, i) => (
            <span key={width} className={cx('block px-2 py-1', i === 3 && 'max-lg:md:hidden')}>
              <Skeleton className={width} />
            </span>
          ))}
        </div>
      ))}
    </div>
  )
}
