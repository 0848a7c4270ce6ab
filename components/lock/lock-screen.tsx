'use client'

import Link from 'next/link'
import { useLiveView } from '@/lib/client/live.tsx'
import { useLock, useOverview } from '@/lib/client/queries.ts'
import { Problem } from '@/lib/fleet/problem.ts'
import { PlanDialog } from '../plans/plan-dialog.tsx'
import { Screen } from '../shell/screen.tsx'
import { useBack } from '../shell/use-back.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import type { Binding } from '../ui/keys.ts'
import { Grown } from '../ui/moment.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Section } from '../ui/section.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { useParams } from '../ui/use-params.ts'
import { ActCard, useReleaseBlock } from './act-card.tsx'
import { LockHead } from './head.tsx'
import { HolderCard } from './holder-card.tsx'
import { PastActs } from './past-acts.tsx'
import { QueueTable } from './queue-table.tsx'
import { spanFrom, TimelineSection } from './timeline-section.tsx'
import { UsualCard } from './usual-card.tsx'
import { VotesTable } from './votes-table.tsx'
import { backendWords, queueNote, votesNote } from './words.ts'

/** Beside the picture on a desk; on a phone the holder comes first. */
const SIDE = 'min-w-0 border-line bg-surface lg:col-start-2 lg:border-l'

/** Everything known about one lock, and the one thing that can be done about it. */
export function LockScreen({ id }: { id: string }) {
  useLiveView({ id, line: true })
  const back = useBack('/locks')
  const { params, set } = useParams()
  const { data, error, isError, refetch } = useLock(id)
  const { data: overview } = useOverview()
  const lock = data?.lock
  const gone = data?.gone ?? false
  const backend = overview?.backends.find((one) => one.id === lock?.backend)
  const blocked = useReleaseBlock(lock, gone)
  const asTable = params.get('timeline') === 'table'
  const plans = params.get('plan') === 'release' && lock !== undefined
  const openPlan = () => {
    if (blocked === null) set({ plan: 'release' })
  }

  const keys: Binding[] = [
    { keys: 'r', says: 'plan its release', run: openPlan, foot: true },
    {
      keys: 'T',
      says: 'timeline as table',
      run: () => set({ timeline: asTable ? null : 'table' }),
      foot: true,
    },
    { keys: 'Escape', says: 'back', run: back, foot: true },
  ]

  if (lock === undefined || data === undefined) {
    return (
      <Screen keys={keys}>
        <main id="main" className="min-h-0 flex-1 overflow-y-auto">
          {isError ? <NotFound error={error} onRetry={() => void refetch()} /> : <LockSkeleton />}
        </main>
      </Screen>
    )
  }

  return (
    <Screen
      keys={keys}
      phoneFoot={
        <div className="flex shrink-0 border-t border-line bg-surface p-3 md:hidden">
          <Button kind="filled" size={44} blocked={blocked} onClick={openPlan} className="flex-1">
            Plan its release
          </Button>
        </div>
      }
    >
      <main id="main" className="flex min-h-0 flex-1 flex-col overflow-y-auto">
        <LockHead lock={lock} backend={backend} gone={gone} />
        <div className="grid flex-1 lg:grid-cols-[minmax(0,1fr)_344px] lg:grid-rows-[auto_auto_1fr]">
          <div className={cx(SIDE, 'max-lg:border-b')}>
            <HolderCard lock={lock} gone={gone} />
            <div className="border-t border-line">
              <UsualCard lock={id} />
            </div>
          </div>
          <div className="flex min-w-0 flex-col lg:col-start-1 lg:row-span-3 lg:row-start-1">
            <div className="border-b border-line">
              <TimelineSection
                id={id}
                line={data.line}
                waiting={lock.waiters.known ? lock.waiters.count : null}
                span={spanFrom(params.get('span'))}
                asTable={asTable}
                onSpan={(span) => set({ span: span === '10' ? null : span })}
                onTable={(table) => set({ timeline: table ? 'table' : null })}
              />
            </div>
            <div className="grid flex-1 lg:grid-cols-2">
              <div className="min-w-0 border-line lg:border-r">
                <Section
                  id="votes"
                  title="Votes"
                  note={votesNote(lock)}
                  aside={
                    <span className="whitespace-nowrap">
                      read <Grown ms={0} at={lock.observedAt} /> ago
                    </span>
                  }
                >
                  <VotesTable lock={lock} />
                </Section>
              </div>
              <div className="min-w-0 max-lg:border-t max-lg:border-line">
                <Section id="queue" title="Queue" note={queueNote(lock)}>
                  <QueueTable lock={lock} />
                </Section>
              </div>
            </div>
          </div>
          <div className={cx(SIDE, 'max-md:hidden lg:border-t')}>
            <ActCard lock={lock} blocked={blocked} onPlan={openPlan} />
          </div>
          <div className={cx(SIDE, 'border-t')}>
            <PastActs lock={id} />
          </div>
        </div>
      </main>
      {plans ? (
        <PlanDialog
          lock={lock}
          backendWords={backendWords(backend, lock.backend)}
          onClose={() => set({ plan: null })}
        />
      ) : null}
    </Screen>
  )
}

function NotFound({ error, onRetry }: { error: unknown; onRetry(): void }) {
  if (!(error instanceof Problem) || error.code !== 'not_found') {
    return <ProblemNote what="This lock could not be read." error={error} onRetry={onRetry} />
  }
  return (
    <div className="flex max-w-2xl flex-col gap-3 px-4 py-8 max-md:px-3">
      <h1 className="text-20 font-semibold">There is no such lock now</h1>
      <p className="text-ink-2">
        No node that answers knows it. A lock exists while somebody holds it or waits for it; it may have been
        released, or run out.
      </p>
      {error.hint === null ? null : <p className="text-ink-3">{error.hint}</p>}
      <p className="flex gap-2">
        <Link href="/locks" className={buttonClass('filled', 28)}>
          All locks
        </Link>
        <Button onClick={onRetry}>Look again</Button>
      </p>
    </div>
  )
}

const LINES = ['w-3/4', 'w-1/2', 'w-2/3', 'w-3/5'] as const

function LockSkeleton() {
  return (
    <div aria-busy="true">
      <Loading what="the lock" />
      <div className="flex flex-col gap-3 border-b border-line bg-surface px-4 py-5 max-md:px-3">
        <Skeleton className="w-32" />
        <Skeleton className="h-5 w-72" />
        <Skeleton className="w-96 max-w-full" />
      </div>
      <div className="border-b border-line px-4 py-4 max-md:px-3">
        <div className="flex flex-col gap-6 pt-10 pb-4">
          {LINES.map((width) => (
            <Skeleton key={width} className="w-full" />
          ))}
        </div>
      </div>
      <div className="flex flex-col gap-4 px-4 py-4 max-md:px-3">
        {LINES.map((width) => (
          <Skeleton key={width} className={width} />
        ))}
      </div>
    </div>
  )
}
