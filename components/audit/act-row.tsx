'use client'

import Link from 'next/link'
import { lockPath } from '../locks/lock-row.tsx'
import { nodeName } from '../locks/words.ts'
import { StateGlyph, StateWord } from '../states/glyph.tsx'
import { OUTCOMES } from '../states/outcomes.ts'
import { cx } from '../ui/class-names.ts'
import { absolute, shortDigest } from '../ui/format.ts'
import { GridCell, GridRow, GridRowHead } from '../ui/grid-table.tsx'
import { ChevronIcon } from '../ui/icons.tsx'
import { At } from '../ui/moment.tsx'
import { type Act, resultOf } from './join.ts'

export const AUDIT_GRID =
  'md:grid md:grid-cols-[28px_104px_128px_minmax(0,1.2fr)_minmax(0,0.8fr)_minmax(0,1.2fr)_minmax(0,0.9fr)]'

const CURSOR = 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'

/** One act, closed to a line or opened to all that was written down about it. */
export function ActRow({
  act,
  open,
  cursor,
  onOpen,
  onCursor,
}: {
  act: Act
  open: boolean
  cursor: boolean
  onOpen(): void
  onCursor(id: string): void
}) {
  const { first } = act
  return (
    <>
      <GridRow
        className={cx(
          AUDIT_GRID,
          'relative border-b border-line max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:gap-y-0.5 max-md:px-3 max-md:py-2 md:min-h-8 md:items-center md:px-2',
          cursor ? CURSOR : 'hover:bg-raised',
        )}
      >
        <GridCell className="max-md:absolute max-md:inset-0">
          <button
            type="button"
            data-row={act.id}
            aria-expanded={open}
            aria-label={`Details of the ${first.act} of ${first.lockName}`}
            onClick={onOpen}
            onFocus={() => onCursor(act.id)}
            className="flex size-6 items-center justify-center text-ink-3 outline-offset-[-2px] after:absolute after:inset-0 max-md:size-full"
          >
            <span className={cx('max-md:hidden', open && 'rotate-90')}>
              <ChevronIcon />
            </span>
          </button>
        </GridCell>
        <GridCell className="px-2 whitespace-nowrap text-ink-2 max-md:order-3 max-md:ml-auto max-md:px-0">
          <At iso={first.at} />
        </GridCell>
        <GridCell className="truncate px-2 max-md:order-4 max-md:px-0">{first.actor}</GridCell>
        <GridRowHead className="flex min-w-0 items-baseline gap-2 px-2 max-md:order-1 max-md:w-full max-md:px-0">
          <span className="truncate font-mono text-12 font-medium">{first.lockName}</span>
          <span className="truncate text-12 text-ink-3">{first.backend}</span>
        </GridRowHead>
        <GridCell className="truncate px-2 font-mono text-12 text-ink-2 max-md:order-5 max-md:px-0">
          {first.holder ?? '–'}
        </GridCell>
        <GridCell
          className="truncate px-2 text-ink-2 max-md:order-6 max-md:w-full max-md:px-0"
          title={first.reason ?? undefined}
        >
          {first.reason ?? '–'}
        </GridCell>
        <GridCell className="flex min-w-0 px-2 max-md:order-2 max-md:px-0">
          <StateWord said={resultOf(act)} size={12} className="max-w-full" />
        </GridCell>
      </GridRow>
      {open ? (
        <GridRow>
          <GridCell aria-colspan={7} className="block">
            <ActDetails act={act} />
          </GridCell>
        </GridRow>
      ) : null}
    </>
  )
}

function ActDetails({ act }: { act: Act }) {
  const { first, outcome } = act
  const nodes = outcome?.nodes ?? first.nodes
  const facts: [string, string][] = [
    [first.phase === 'refused' ? 'Refused' : 'Meant', absolute(Date.parse(first.at))],
    ...(outcome === null || outcome === first
      ? []
      : [['Done', absolute(Date.parse(outcome.at))] as [string, string]]),
    ['Reason', first.reason ?? 'none given'],
    ['Plan', first.plan],
    ['Token', first.tokenDigest === null ? 'none' : `hmac ${shortDigest(first.tokenDigest)}`],
  ]
  return (
    <div className="grid gap-x-10 gap-y-3 border-b border-line bg-surface px-4 py-3 max-md:px-3 md:pl-11 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="flex flex-col gap-2">
        <p className="text-15">{outcome?.says ?? first.says}</p>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ))}
        </dl>
        <p>
          <Link
            href={lockPath(first.lock)}
            prefetch={false}
            className="underline decoration-line-2 underline-offset-3"
          >
            Open the lock
          </Link>
        </p>
      </div>
      {nodes.length === 0 ? (
        <p className="text-ink-3">
          {first.phase === 'refused' ? 'No node was touched.' : 'Nothing is known per node.'}
        </p>
      ) : (
        <ul aria-label="What happened on each node">
          {nodes.map((node) => {
            const said = OUTCOMES[node.outcome]
            return (
              <li key={node.node} className="flex min-h-7 items-center gap-3 border-b border-line">
                <span className="w-20 shrink-0 truncate font-mono text-12">{nodeName(node.node)}</span>
                <span className="flex w-32 shrink-0 items-center gap-1.5">
                  <StateGlyph look={said.look} size={12} />
                  {said.word}
                </span>
                <span className="min-w-0 text-ink-2">{node.says}</span>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
