'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import type { Check, FindingsPage } from '@/lib/fleet/finding.ts'
import { StateGlyph } from '../states/glyph.tsx'
import { LOOKS, type Said } from '../states/looks.ts'
import { cx } from '../ui/class-names.ts'
import { sentence } from '../ui/format.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Section } from '../ui/section.tsx'
import { Loading, Skeleton } from '../ui/skeleton.tsx'
import { checksWords, type FindingGroup, NOT_CHECKED, SEVERITIES } from './finding-words.ts'

const GRID =
  'grid grid-cols-[112px_44px_minmax(0,1.7fr)_minmax(0,150px)_minmax(0,1fr)] items-start gap-x-4 px-4 py-1.5 max-md:flex max-md:flex-col max-md:gap-0.5 max-md:px-3'
const CURSOR = 'bg-accent-soft shadow-[inset_2px_0_0_var(--accent)]'

/** What makes the locks of this fleet less safe than somebody may think, the worst first. */
export function Findings({
  findings: { data, isError, error, refetch },
  groups,
  at,
  onCursor,
}: {
  findings: Pick<UseQueryResult<FindingsPage>, 'data' | 'isError' | 'error' | 'refetch'>
  groups: readonly FindingGroup[]
  at: string | null
  onCursor(key: string): void
}) {
  return (
    <Section
      id="findings"
      title="Safety findings"
      note="about the fleet’s set-up, by what they can break"
      aside={data === undefined ? undefined : checksWords(data.checks)}
      className="border-t border-line-2 pb-6"
    >
      {isError && data === undefined ? (
        <ProblemNote what="The set-up could not be checked." error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <p className="px-4 py-2">
          <Loading what="findings" />
          <Skeleton className="w-96 max-w-full" />
        </p>
      ) : (
        <ul className="border-t border-line">
          {groups.map((group) => (
            <FindingRow key={group.key} group={group} cursor={at === group.key} onCursor={onCursor} />
          ))}
          {data.findings.length === 0 ? <Quiet checks={data.checks} /> : null}
          {data.checks.map((check) =>
            check.missed === null ? null : <Missed key={keyOf(check)} check={check} />,
          )}
        </ul>
      )}
    </Section>
  )
}

const keyOf = ({ id, looksFor }: Check): string => `${id} ${looksFor}`

function Word({ said }: { said: Said }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <StateGlyph look={said.look} />
      <span className={cx('font-medium', LOOKS[said.look].ink)}>{sentence(said.word)}</span>
    </span>
  )
}

function FindingRow({
  group: { key, first, places, evidence },
  cursor,
  onCursor,
}: {
  group: FindingGroup
  cursor: boolean
  onCursor(key: string): void
}) {
  return (
    <li
      data-row={key}
      tabIndex={cursor ? 0 : -1}
      onFocus={() => onCursor(key)}
      className={cx(GRID, 'border-b border-line outline-offset-[-2px]', cursor && CURSOR)}
    >
      <Word said={SEVERITIES[first.severity]} />
      <span className="font-mono text-12 text-ink-3 max-md:hidden">{first.id}</span>
      <span className="min-w-0">
        <span className="font-medium">{first.says}</span>{' '}
        <span className="block text-12 text-ink-3">{evidence.join(', ')}</span>
      </span>
      <span className="min-w-0 font-mono text-12 wrap-anywhere">
        {places.map((place) => (
          <span key={place} className="block">
            {place}
          </span>
        ))}
      </span>
      <span className="text-ink-2">{first.suggests}</span>
    </li>
  )
}

function Missed({ check }: { check: Check }) {
  return (
    <li className={cx(GRID, 'border-b border-line')}>
      <Word said={NOT_CHECKED} />
      <span className="font-mono text-12 text-ink-3 max-md:hidden">{check.id}</span>
      <span className="text-ink-2">
        {sentence(check.looksFor)}: {check.missed}.
      </span>
    </li>
  )
}

/** All is well, as far as it was looked at. */
function Quiet({ checks }: { checks: readonly Check[] }) {
  return (
    <li className="max-w-3xl border-b border-line px-4 py-4 text-ink-2 max-md:px-3">
      Nothing was found. Looked for: {checks.map(({ looksFor }) => looksFor).join('; ')}.
    </li>
  )
}
