'use client'

import type { FleetBackend, FleetNode } from '@/lib/fleet/node.ts'
import type { Overview } from '@/lib/fleet/overview.ts'
import { MarginWords } from '../nodes/margin-words.tsx'
import { environmentOf, marginNote } from '../nodes/words.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { LOOKS, type LookId, NODE_LOOKS } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { counted, number, spoken } from '../ui/format.ts'
import { Skeleton } from '../ui/skeleton.tsx'

function Count({
  look,
  word,
  value,
  note,
  isOpen = false,
}: {
  look: LookId
  word: string
  value: number | null
  note: string
  /** There may be more that nobody could count. */
  isOpen?: boolean
}) {
  const quiet = (value === 0 && !isOpen) || value === null
  return (
    <div className="flex min-w-0 flex-col">
      <dt className="flex items-center gap-1.5 text-12 font-medium">
        <StateGlyph look={quiet && look !== 'held' ? 'free' : look} size={12} />
        <span className={cx(quiet || look === 'held' ? 'text-ink-2' : LOOKS[look].ink)}>{word}</span>
      </dt>
      <dd className="flex flex-col">
        <span className={cx('text-28 font-medium', quiet && 'text-ink-3')}>
          {value === null ? (
            <Skeleton className="h-6 w-12" />
          ) : isOpen && value === 0 ? (
            <span className="hatch inline-flex h-7 w-12 justify-center">
              <span className="bg-surface px-1.5 text-20">?</span>
            </span>
          ) : (
            <>
              {isOpen ? <span className="text-13 font-normal text-ink-3">at least </span> : null}
              {number(value)}
            </>
          )}
        </span>
        <span className="text-12 whitespace-nowrap text-ink-3">{note}</span>
      </dd>
    </div>
  )
}

function NodeDot({ node }: { node: FleetNode }) {
  const { word, look } = NODE_LOOKS[node.state]
  const leader = node.role === 'leader'
  return (
    <span
      className="inline-flex items-center gap-1.5 font-mono text-12 text-ink-2"
      title={`${node.name}: ${word}`}
    >
      <StateGlyph look={look} size={11} />
      <span>
        {node.name}
        {leader ? <span className="text-ink-3">, leader</span> : null}
        {look === 'answers' ? null : <span className="sr-only">, {word}</span>}
      </span>
    </span>
  )
}

function Backend({ backend }: { backend: FleetBackend }) {
  return (
    <section
      aria-label={backend.id}
      className="flex min-w-0 flex-1 flex-col gap-1.5 border-line px-4 py-3 max-md:border-t max-md:px-3 md:border-l"
    >
      <h2 className="flex items-baseline gap-2">
        <span className="truncate font-mono text-12 font-semibold">{backend.id}</span>
        <span className="text-12 font-normal text-ink-3">{backend.kind}</span>
        <span className="ml-auto truncate text-12 font-normal text-ink-3">{environmentOf(backend)}</span>
      </h2>
      <div className="flex flex-wrap gap-x-4 gap-y-0.5">
        {backend.nodes.map((node) => (
          <NodeDot key={node.id} node={node} />
        ))}
      </div>
      <p className="flex flex-wrap gap-x-2 text-12 text-ink-2">
        <MarginWords backend={backend} /> {marginNote(backend)}
      </p>
    </section>
  )
}

/** The fleet in one glance: counts, and how much more each backend can lose. */
export function Strip({ overview }: { overview: Overview | undefined }) {
  const counts = overview?.counts
  const unread = (overview?.backends ?? []).flatMap(({ id, sweptAt }) => (sweptAt === null ? [id] : []))
  return (
    <div className="flex border-b border-line bg-surface max-md:flex-col">
      <dl className="flex shrink-0 justify-between gap-7 px-4 py-3 max-md:gap-3 max-md:px-3">
        <Count
          look="held"
          word="Held"
          value={counts?.held ?? null}
          note={counts ? `of ${number(counts.all)} known` : ''}
        />
        <Count
          look="waiting"
          word="Waiting"
          value={counts?.waiting ?? null}
          note={counts ? `in ${counted(counts.waitingLocks, 'lock')}` : ''}
        />
        <Count look="risk" word="At risk" value={counts?.atRisk ?? null} note="by a verdict" />
        <Count
          look="unknown"
          word="Unknown"
          value={counts?.unknown ?? null}
          isOpen={unread.length > 0}
          note={unread.length > 0 ? `${spoken(unread)} never read` : 'no majority answers'}
        />
      </dl>
      {overview === undefined ? (
        <div className="flex-1 border-line px-4 py-3 md:border-l">
          <Skeleton className="w-40" />
        </div>
      ) : (
        overview.backends.map((backend) => <Backend key={backend.id} backend={backend} />)
      )}
    </div>
  )
}
