'use client'

import { useMemo, useState } from 'react'
import { useLiveView } from '@/lib/client/live.tsx'
import { useAudit } from '@/lib/client/queries.ts'
import { Screen } from '../shell/screen.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { counted } from '../ui/format.ts'
import { GridCell, GridColumnHead, GridRow, GridRows, GridTable } from '../ui/grid-table.tsx'
import type { Binding } from '../ui/keys.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { useParams } from '../ui/use-params.ts'
import { useRowCursor } from '../ui/use-row-cursor.ts'
import { ActRow, AUDIT_GRID } from './act-row.tsx'
import { joinActs, resultOf } from './join.ts'

const HEADS = ['', 'When', 'Who', 'Lock', 'Held by', 'Reason', 'What came of it'] as const
const PLACES = [0, 1, 2, 3, 4, 5] as const

/** Every act that was tried from here: who, why, and what came of it on each node. */
export function AuditScreen() {
  useLiveView({})
  const { params, set } = useParams()
  const lock = params.get('lock')
  const audit = useAudit(lock)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const acts = useMemo(() => joinActs(audit.data?.pages.flatMap((page) => page.items) ?? []), [audit.data])
  const ids = useMemo(() => acts.map((act) => act.id), [acts])
  const cursor = useRowCursor(ids, 'audit')
  const keys: Binding[] = [
    { keys: 'j', says: 'next act', run: () => cursor.move(1), foot: true },
    { keys: 'k', says: 'act before', run: () => cursor.move(-1), foot: true },
    { keys: 'Enter', says: 'show or hide the details', foot: true },
  ]
  const toggle = (id: string) =>
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const name = acts[0]?.first.lockName ?? 'one lock'

  return (
    <Screen keys={keys} foot="The audit is append-only: an intent is written before anything is touched">
      <main id="main" className="min-h-0 flex-1 overflow-y-auto">
        <header className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 pt-4 pb-2 max-md:px-3">
          <h1 className="text-20 font-semibold">
            {audit.data === undefined
              ? 'Reading the audit'
              : auditTitle(acts.map((act) => resultOf(act).look))}
          </h1>
          {lock === null ? null : (
            <p className="flex items-baseline gap-2 text-ink-2">
              on <span className="font-mono text-12 text-ink">{name}</span>
              <Button onClick={() => set({ lock: null })}>Show all locks</Button>
            </p>
          )}
        </header>
        {audit.isPending ? <Loading what="the audit" /> : null}
        {audit.isError && audit.data === undefined ? (
          <ProblemNote
            what="The audit could not be read."
            error={audit.error}
            onRetry={() => void audit.refetch()}
          />
        ) : (
          <>
            {audit.data !== undefined && acts.length === 0 ? (
              <p className="max-w-xl px-4 py-4 text-ink-2 max-md:px-3">
                Nothing was released from here {lock === null ? 'yet' : 'on this lock'}. Every release, done
                or refused, is written down here with who asked for it, why, and what came of it on each node.
              </p>
            ) : (
              <GridTable aria-label="Audit" aria-busy={audit.data === undefined}>
                <GridRows className="max-md:sr-only">
                  <GridRow className={cx(AUDIT_GRID, 'label h-7 items-center border-b border-line-2 px-2')}>
                    {HEADS.map((head) => (
                      <GridColumnHead key={head} className="px-2">
                        {head === '' ? <span className="sr-only">Details</span> : head}
                      </GridColumnHead>
                    ))}
                  </GridRow>
                </GridRows>
                <GridRows>
                  {audit.data === undefined
                    ? PLACES.map((place) => <RowSkeleton key={place} />)
                    : acts.map((act) => (
                        <ActRow
                          key={act.id}
                          act={act}
                          open={open.has(act.id)}
                          cursor={cursor.at === act.id}
                          onOpen={() => toggle(act.id)}
                          onCursor={cursor.put}
                        />
                      ))}
                </GridRows>
              </GridTable>
            )}
            {audit.hasNextPage ? (
              <p className="px-4 py-3 max-md:px-3">
                <Button onClick={() => void audit.fetchNextPage()}>Show older acts</Button>
              </p>
            ) : null}
          </>
        )}
      </main>
    </Screen>
  )
}

const RowSkeleton = () => (
  <GridRow className="flex h-8 items-center gap-8 border-b border-line px-4">
    <GridCell className="flex gap-8">
      <Skeleton className="w-16" />
      <Skeleton className="w-48" />
      <Skeleton className="w-64 max-md:hidden" />
    </GridCell>
  </GridRow>
)

function auditTitle(looks: readonly string[]): string {
  if (looks.length === 0) return 'No acts yet'
  const refused = looks.filter((look) => look === 'gone').length
  const open = looks.filter((look) => look === 'unknown').length
  return [
    counted(looks.length, 'act'),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(open > 0 ? [`${open} with an outcome not known`] : []),
  ].join(', ')
}
