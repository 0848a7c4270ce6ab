'use client'

import { useMemo } from 'react'
import { useLiveView } from '@/lib/client/live.tsx'
import { useFindings, useNodes } from '@/lib/client/queries.ts'
import type { FleetBackend } from '@/lib/fleet/node.ts'
import { Screen } from '../shell/screen.tsx'
import { Badge } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import type { Binding } from '../ui/keys.ts'
import { Ago } from '../ui/moment.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { useRowCursor } from '../ui/use-row-cursor.ts'
import { foundWords, grouped } from './finding-words.ts'
import { Findings } from './findings.tsx'
import { MarginWords } from './margin-words.tsx'
import { NodeCard, NodeCells } from './node-row.tsx'
import {
  allNodes,
  environmentOf,
  marginNote,
  nodesTitle,
  quorumNote,
  quorumWords,
  readingWords,
} from './words.ts'

const COLUMNS = [
  { head: 'Node', right: false },
  { head: 'State', right: false },
  { head: 'Role', right: false },
  { head: 'Latency p50, p99', right: true },
  { head: 'Up for', right: true },
  { head: 'Version', right: false },
  { head: 'Clock offset', right: true },
  { head: 'Memory, eviction', right: false },
  { head: 'On disk', right: false },
  { head: 'Replication, term', right: false },
] as const

/** Every server process, by backend: does it answer, how fast, and does its word count. */
export function NodesScreen() {
  useLiveView({ nodes: true })
  const nodes = useNodes()
  const backends = nodes.data?.backends
  const findings = useFindings()
  const found = findings.data?.findings
  const groups = useMemo(() => grouped(found ?? []), [found])
  const ids = useMemo(
    () => [...allNodes(backends ?? []).map((node) => node.id), ...groups.map(({ key }) => key)],
    [backends, groups],
  )
  const cursor = useRowCursor(ids, 'nodes')
  const keys: Binding[] = [
    { keys: 'j', says: 'next row', run: () => cursor.move(1), foot: true },
    { keys: 'k', says: 'row before', run: () => cursor.move(-1), foot: true },
    {
      keys: 's',
      says: 'to the safety findings',
      run: () => {
        const [first] = groups
        if (first) document.querySelector<HTMLElement>(rowOf(first.key))?.focus()
      },
      foot: true,
    },
  ]

  return (
    <Screen keys={keys}>
      <main id="main" className="min-h-0 flex-1 overflow-y-auto">
        <header className="flex flex-wrap items-baseline gap-x-3 px-4 pt-4 pb-2 max-md:px-3">
          <h1 className="text-20 font-semibold">
            {backends === undefined ? 'Asking the nodes' : nodesTitle(backends)}
          </h1>
          {backends === undefined ? null : (
            <p className="text-ink-2">
              {quorumWords(backends)} {found === undefined ? null : foundWords(found)}
            </p>
          )}
          {backends === undefined ? null : <SweptAt backends={backends} />}
        </header>
        {nodes.isError && backends === undefined ? (
          <ProblemNote
            what="The nodes could not be read."
            error={nodes.error}
            onRetry={() => void nodes.refetch()}
          />
        ) : (
          <>
            <table className="w-full max-md:hidden" aria-busy={backends === undefined}>
              <thead>
                <tr className="h-8 border-b border-line-2">
                  {COLUMNS.map((column, i) => (
                    <th
                      key={column.head}
                      scope="col"
                      className={cx(
                        'label px-2 whitespace-nowrap',
                        i === 0 && 'pl-4',
                        i === COLUMNS.length - 1 && 'w-[26%]',
                        column.right ? 'text-right' : 'text-left',
                      )}
                    >
                      {column.head}
                    </th>
                  ))}
                </tr>
              </thead>
              {backends === undefined ? (
                <NodesSkeleton />
              ) : (
                backends.map((backend) => (
                  <tbody key={backend.id}>
                    <BackendRow backend={backend} />
                    {backend.nodes.map((node) => (
                      <NodeCells
                        backend={backend}
                        key={node.id}
                        node={node}
                        cursor={cursor.at === node.id}
                        tab={(cursor.at ?? ids[0]) === node.id}
                        onCursor={cursor.put}
                      />
                    ))}
                  </tbody>
                ))
              )}
            </table>
            <div className="md:hidden">
              {backends?.map((backend) => (
                <section key={backend.id} aria-label={backend.id}>
                  <div className="border-y border-line bg-surface px-3 py-2">
                    <BackendWords backend={backend} />
                  </div>
                  {backend.nodes.map((node) => (
                    <NodeCard key={node.id} node={node} backend={backend} />
                  ))}
                </section>
              ))}
            </div>
            <Findings findings={findings} groups={groups} at={cursor.at} onCursor={cursor.put} />
          </>
        )}
      </main>
    </Screen>
  )
}

/** Its focus puts the cursor there. */
const rowOf = (key: string): string => `[data-row="${CSS.escape(key)}"]`

function SweptAt({ backends }: { backends: readonly FleetBackend[] }) {
  const oldest = backends.flatMap((backend) => backend.sweptAt ?? []).sort()[0]
  const never = backends.some((backend) => backend.sweptAt === null)
  return (
    <p className="ml-auto text-12 text-ink-3 max-md:ml-0">
      {never || oldest === undefined ? (
        'Not every backend has been read in full yet'
      ) : (
        <>
          Every backend read in full within <Ago iso={oldest} suffix="" />
        </>
      )}
    </p>
  )
}

function BackendWords({ backend }: { backend: FleetBackend }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 text-ink-3">
      <span>
        <b className="font-mono text-12 font-semibold text-ink">{backend.id}</b>{' '}
        {[backend.kind, backend.demo ? null : environmentOf(backend)]
          .filter((part) => part !== null)
          .join(', ')}
      </span>
      {backend.demo ? <Badge outlined>DEMO</Badge> : null}
      <MarginWords backend={backend} />
      <span className="text-ink-2">{quorumNote(backend)}</span>
      <span>{marginNote(backend)}</span>
      <span>{readingWords(backend)}</span>
    </span>
  )
}

function BackendRow({ backend }: { backend: FleetBackend }) {
  return (
    <tr className="h-7 border-b border-line bg-surface">
      <th scope="rowgroup" colSpan={COLUMNS.length} className="px-4 text-left font-normal">
        <BackendWords backend={backend} />
      </th>
    </tr>
  )
}

const PLACES = Array.from({ length: 10 }, (_, place) => place)

function NodesSkeleton() {
  return (
    <tbody>
      {PLACES.map((place) => (
        <tr key={place} className="h-7 border-b border-line">
          {COLUMNS.map((column, i) => (
            <td key={column.head} className={cx('px-2', i === 0 && 'pl-4', column.right && 'text-right')}>
              {place === 0 && i === 0 ? <Loading what="nodes" /> : null}
              <Skeleton className="w-16" />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  )
}
