'use client'

import { useTimeline } from '@/lib/client/queries.ts'
import type { Line } from '@/lib/fleet/lock.ts'
import { LockTimeline } from '../timeline/lock-timeline.tsx'
import { TimelineTable } from '../timeline/timeline-table.tsx'
import { clock, moment } from '../ui/format.ts'
import { problemText } from '../ui/problem-note.tsx'
import { Section } from '../ui/section.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

const MINUTE = 60_000
const SPANS = [
  { value: '5', says: '5 m' },
  { value: '10', says: '10 m' },
  { value: '60', says: '1 h' },
  { value: '360', says: '6 h' },
  { value: '1440', says: '24 h' },
] as const
const USUAL = '10'

export const spanFrom = (param: string | null): string =>
  SPANS.some((span) => span.value === param) && param !== null ? param : USUAL

/** With the day where it began on another one. */
const spanWords = (from: number, to: number): string => `${moment(from, to)} to ${clock(to)} UTC`

const Key = ({ className, children }: { className: string; children: string }) => (
  <span className="inline-flex items-center gap-1.5 text-ink-2">
    <span aria-hidden="true" className={className} />
    {children}
  </span>
)

const Legend = () => (
  <span className="flex items-center gap-3 max-lg:hidden">
    <Key className="h-2 w-6 bg-linear-to-r from-held from-50% to-held-2 to-50%">hold</Key>
    <Key className="h-2 w-3 border-t border-wait bg-wait/30">wait</Key>
    <Key className="h-2 w-3 bg-risk">at risk</Key>
    <Key className="hatch h-2 w-3">not observed</Key>
  </span>
)

/** What was recorded of it, as a picture or as the same in a table. */
export function TimelineSection({
  id,
  line,
  waiting,
  span,
  asTable,
  onSpan,
  onTable,
}: {
  id: string
  line: Line
  waiting: number | null
  span: string
  asTable: boolean
  onSpan(span: string): void
  onTable(asTable: boolean): void
}) {
  const { data, error } = useTimeline(id, Number(span) * MINUTE)
  return (
    <Section
      id="timeline"
      title="Timeline"
      note={data === undefined ? '' : spanWords(Date.parse(data.from), Date.parse(data.to))}
      aside={
        <span className="flex items-center gap-4">
          {asTable ? null : <Legend />}
          <Segmented
            label="Shown as"
            value={asTable ? 'table' : 'picture'}
            options={[
              { value: 'picture', says: 'Picture' },
              { value: 'table', says: 'Table' },
            ]}
            onChange={(value) => onTable(value === 'table')}
          />
          <Segmented label="Time shown" value={span} options={SPANS} onChange={onSpan} />
        </span>
      }
    >
      {data === undefined && error !== null ? (
        <p role="alert" className="px-4 pb-3 text-ink-2 max-md:px-3">
          The timeline could not be read. {problemText(error).says}
        </p>
      ) : data === undefined ? (
        <div className="h-42 px-4 pt-2 max-md:px-3" aria-busy="true">
          <Skeleton className="h-6 w-full" />
        </div>
      ) : asTable ? (
        <TimelineTable timeline={data} />
      ) : (
        <LockTimeline timeline={data} line={line} waiting={waiting} />
      )}
    </Section>
  )
}
