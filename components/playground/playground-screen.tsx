'use client'

import Link from 'next/link'
import { useMemo, useRef } from 'react'
import { useLiveView, useStaleReason } from '@/lib/client/live.tsx'
import { useDemo, useDemoAct } from '@/lib/client/queries.ts'
import type { DemoState } from '@/lib/fleet/demo.ts'
import { Problem } from '@/lib/fleet/problem.ts'
import { lockPath } from '../locks/lock-row.tsx'
import { Screen } from '../shell/screen.tsx'
import { StateWord } from '../states/glyph.tsx'
import { cx } from '../ui/class-names.ts'
import { counted, setting } from '../ui/format.ts'
import type { Binding } from '../ui/keys.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { Answers } from './answers.tsx'
import { ClientCard } from './client-card.tsx'
import { bundleWords, linksOf } from './links.ts'
import { NodeCard } from './node-card.tsx'
import { Story } from './story.tsx'
import { type Anchors, useAnchors } from './use-anchors.ts'
import { Wires } from './wires.tsx'
import { lockSaid } from './words.ts'

/** The real lock library on a fleet that may be broken: take a lock, kill nodes, see what a majority is. */
export function PlaygroundScreen() {
  const demo = useDemo()
  useLiveView(demo.data === undefined ? {} : { demo: true })
  const stale = useStaleReason()
  const act = useDemoAct()
  const state = demo.data

  const keys: Binding[] = (state?.clients ?? []).map((client, i) => ({
    keys: String(i + 1),
    says: `${client.state === 'holding' ? 'release' : 'acquire'} as ${client.id}`,
    foot: true,
    run: () => {
      if (stale !== null || act.isPending || client.state === 'asking' || client.state === 'waiting') return
      act.mutate({ act: client.state === 'holding' ? 'release' : 'acquire', client: client.id })
    },
  }))

  return (
    <Screen
      keys={keys}
      foot={
        state === undefined ? undefined : `The same fleet is on Triage, Locks and Nodes as ${state.backend}`
      }
    >
      <main id="main" className="min-h-0 flex-1 overflow-y-auto">
        {demo.isError && state === undefined ? (
          <NoDemo error={demo.error} onRetry={() => void demo.refetch()} />
        ) : state === undefined ? (
          <StageSkeleton />
        ) : (
          <div className="flex min-h-full max-lg:flex-col">
            <Story state={state} />
            <div className="flex min-w-0 flex-1 flex-col">
              <StageHead state={state} />
              <Stage state={state} blocked={stale} />
              <div className="border-t border-line">
                <Answers state={state} />
              </div>
            </div>
          </div>
        )}
      </main>
    </Screen>
  )
}

function StageHead({ state }: { state: DemoState }) {
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-0.5 border-b border-line px-6 max-md:px-3 max-md:py-1.5">
      <Link
        href={lockPath(state.lock.id)}
        prefetch={false}
        className="font-mono text-12 font-semibold underline decoration-line-2 underline-offset-3"
      >
        {state.lock.name}
      </Link>
      <span className="text-ink-2">
        {state.backend}, redlock over {counted(state.nodes.length, 'node')}, TTL {setting(state.ttlMs)}
      </span>
      <span aria-live="polite" className="font-medium">
        <StateWord said={lockSaid(state)} />
      </span>
    </div>
  )
}

function Stage({ state, blocked }: { state: DemoState; blocked: string | null }) {
  const stage = useRef<HTMLDivElement>(null)
  const marks = [...state.clients, ...state.nodes].map((one) => one.id).join(' ')
  const anchors = useAnchors(stage, marks)
  const links = useMemo(() => linksOf(state), [state])
  return (
    <div
      ref={stage}
      className="relative grid flex-1 gap-x-6 px-6 py-5 max-md:gap-y-5 max-md:px-3 md:grid-cols-[minmax(240px,300px)_minmax(64px,1fr)_minmax(220px,300px)]"
    >
      <div className="pointer-events-none absolute inset-0 max-md:hidden">
        <Wires links={links} anchors={anchors} />
        <Bundles state={state} anchors={anchors} />
      </div>
      <div className="flex flex-col justify-around gap-4">
        <h2 className="label md:sr-only">Clients</h2>
        {state.clients.map((client) => (
          <ClientCard key={client.id} state={state} client={client} blocked={blocked} />
        ))}
      </div>
      <span aria-hidden="true" className="max-md:hidden" />
      <div className="flex flex-col justify-between gap-3">
        <h2 className="label md:sr-only">Nodes</h2>
        {state.nodes.map((node) => (
          <NodeCard key={node.id} state={state} node={node} blocked={blocked} />
        ))}
      </div>
    </div>
  )
}

const BUNDLE_PX = 22

/** What stands at the root of each bundle of lines. */
function Bundles({ state, anchors }: { state: DemoState; anchors: Anchors }) {
  return state.clients.map((client) => {
    const bundle = bundleWords(state, client)
    const root = anchors.get(`client ${client.id}`)
    if (bundle === null || root === undefined) return null
    return (
      <span
        key={client.id}
        aria-hidden="true"
        style={{ left: root.x + BUNDLE_PX, top: root.y }}
        className={cx(
          'absolute -translate-y-1/2 bg-ground px-1.5 whitespace-nowrap max-md:hidden',
          bundle.stands ? 'font-medium text-held-ink' : 'text-ink-2',
        )}
      >
        {bundle.says}
      </span>
    )
  })
}

const CLIENT_PLACES = [0, 1, 2] as const
const NODE_PLACES = [0, 1, 2, 3, 4] as const

function StageSkeleton() {
  return (
    <div aria-busy="true" className="flex min-h-full max-lg:flex-col">
      <Loading what="the playground" />
      <div className="flex shrink-0 flex-col gap-3 border-line bg-surface p-4 max-lg:border-b lg:w-80 lg:border-r">
        <Skeleton className="h-5 w-36" />
        <Skeleton className="w-64" />
      </div>
      <div className="flex flex-1 justify-between gap-6 p-6 max-md:flex-col">
        <div className="flex w-75 max-w-full flex-col justify-around gap-4">
          {CLIENT_PLACES.map((place) => (
            <span key={place} className="h-32 rounded-4 border border-line bg-surface" />
          ))}
        </div>
        <div className="flex w-75 max-w-full flex-col justify-between gap-3">
          {NODE_PLACES.map((place) => (
            <span key={place} className="h-20 rounded-4 border border-line bg-surface" />
          ))}
        </div>
      </div>
    </div>
  )
}

function NoDemo({ error, onRetry }: { error: unknown; onRetry(): void }) {
  if (!(error instanceof Problem) || error.code !== 'not_found') {
    return <ProblemNote what="The playground could not be read." error={error} onRetry={onRetry} />
  }
  return (
    <div className="flex max-w-2xl flex-col gap-3 px-4 py-8 max-md:px-3">
      <h1 className="text-20 font-semibold">No demo fleet runs</h1>
      <p className="text-ink-2">
        The playground takes locks and kills nodes, so it only ever works on a fleet of its own, never on a
        configured one. This console was started with a configuration that has no demo fleet beside it.
      </p>
      <p className="text-ink-3">
        Add <code className="font-mono text-12 text-ink">demo: true</code> to the configuration and start it
        again.
      </p>
    </div>
  )
}
