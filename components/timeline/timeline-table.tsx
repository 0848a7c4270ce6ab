import type { Timeline } from '@/lib/fleet/timeline.ts'
import { absolute, clock, counted, duration } from '../ui/format.ts'
import { ENDS, WAIT_ENDS } from './under-pointer.ts'

interface Row {
  key: string
  from: string
  to: string | null
  what: string
  who: string
  end: string
}

export function timelineRows(timeline: Timeline): Row[] {
  const rows: Row[] = [
    ...timeline.holds.map((hold) => ({
      key: `hold ${hold.tokenDigest} ${hold.from}`,
      from: hold.from,
      to: hold.to,
      what: 'hold',
      who: hold.label,
      end: `${ENDS[hold.end]}, ${counted(hold.renewals.length, 'renewal')}`,
    })),
    ...timeline.waits.map((wait) => ({
      key: `wait ${wait.tokenDigest} ${wait.from}`,
      from: wait.from,
      to: wait.to,
      what: 'wait',
      who: wait.label,
      end: WAIT_ENDS[wait.end],
    })),
    ...timeline.markers.map((marker) => ({
      key: `event ${marker.at} ${marker.says}`,
      from: marker.at,
      to: marker.at,
      what: 'event',
      who: '',
      end: marker.says,
    })),
    ...timeline.gaps.map((gap) => ({
      key: `gap ${gap.from}`,
      from: gap.from,
      to: gap.to,
      what: 'not observed',
      who: '',
      end: 'nothing is known of it',
    })),
  ]
  return rows.sort((a, b) => Date.parse(b.from) - Date.parse(a.from))
}

const Time = ({ iso }: { iso: string }) => (
  <time dateTime={iso} title={absolute(Date.parse(iso))}>
    {clock(Date.parse(iso))}
  </time>
)

/** The same data as the picture, newest first. */
export function TimelineTable({ timeline }: { timeline: Timeline }) {
  const rows = timelineRows(timeline)
  const now = Date.parse(timeline.now)
  return (
    <section
      aria-label="Timeline as a table"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
      tabIndex={0}
      className="max-h-80 overflow-auto px-4 pb-2 max-md:px-3"
    >
      <table className="w-full text-left">
        <thead className="sticky top-0 bg-ground">
          <tr className="border-b border-line-2">
            {['From', 'To', 'Lasted', 'What', 'Who', 'How it ended'].map((head) => (
              <th key={head} scope="col" className="label py-1.5 pr-4">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className="h-6.5 border-b border-line">
              <td className="pr-4">
                <Time iso={row.from} />
              </td>
              <td className="pr-4">{row.to === null ? 'now' : <Time iso={row.to} />}</td>
              <td className="pr-4 whitespace-nowrap">
                {row.what === 'event'
                  ? '–'
                  : duration((row.to === null ? now : Date.parse(row.to)) - Date.parse(row.from))}
              </td>
              <td className="pr-4 whitespace-nowrap text-ink-2">{row.what}</td>
              <td className="pr-4 font-mono text-12">{row.who}</td>
              <td className="text-ink-2">{row.end}</td>
            </tr>
          ))}
          {rows.length === 0 ? (
            <tr>
              <td colSpan={6} className="py-3 text-ink-3">
                Nothing was recorded in this time.
              </td>
            </tr>
          ) : null}
        </tbody>
      </table>
    </section>
  )
}
