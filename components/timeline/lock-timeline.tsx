'use client'

import { type PointerEvent, useMemo, useRef, useState } from 'react'
import { useFreshness, useOnClock } from '@/lib/client/live.tsx'
import type { Line } from '@/lib/fleet/lock.ts'
import type { Timeline } from '@/lib/fleet/timeline.ts'
import { cx } from '../ui/class-names.ts'
import { clock } from '../ui/format.ts'
import { Canvas, type Paint } from './canvas.tsx'
import { lanesOf } from './lanes.ts'
import { paintTimeline } from './paint-timeline.ts'
import { pictureOfLine, pictureOfTimeline, pictureWords, withRisk } from './picture.ts'
import { stack, timeOf, xOf } from './scale.ts'
import { cardAt } from './under-pointer.ts'

const STEP_MS = 1_000
const POINTER_PX = 5

/** The recorded life of one lock: who held it, when it was renewed, who waited. */
export function LockTimeline({
  timeline,
  line,
  waiting,
}: {
  timeline: Timeline
  line: Line
  /** Now; null when not known. */
  waiting: number | null
}) {
  const stale = useFreshness((freshness) => freshness.is === 'stale')
  const now = useOnClock((at) => (at === null ? null : Math.floor(at / STEP_MS) * STEP_MS))
  const live = stale ? null : now

  const picture = useMemo(
    () => withRisk(pictureOfTimeline(timeline, live), pictureOfLine(line, live)),
    [timeline, line, live],
  )
  const waitRows = useMemo(
    () =>
      stack(
        timeline.waits.map((wait) => ({
          from: Date.parse(wait.from),
          to: wait.to === null ? Number.POSITIVE_INFINITY : Date.parse(wait.to),
        })),
      ),
    [timeline],
  )
  const { lanes, height } = lanesOf(Math.max(0, ...waitRows.map((row) => row + 1)))
  const paint = useMemo<Paint>(
    () => (ctx, size, palette) =>
      paintTimeline(
        { ctx, palette, span: picture },
        { picture, timeline, waitRows, lanes, edge: stale ? 'last news' : 'now' },
        size.width,
        size.height,
      ),
    [picture, timeline, waitRows, lanes, stale],
  )

  return (
    <div className="grid grid-cols-[76px_1fr] px-4 pb-2 max-md:grid-cols-[56px_1fr] max-md:px-3">
      <div className="relative text-12 text-ink-3" style={{ height }}>
        {lanes.map((lane) => (
          <span
            key={lane.id}
            className={cx(
              'absolute inset-x-0 border-line pr-2',
              lane.id !== 'axis' && lane.id !== 'renewals' && 'border-t',
            )}
            style={{
              top: lane.y,
              height: lane.height,
              paddingTop: lane.id === 'queue' ? 12 : lane.id === 'holds' ? 8 : 3,
            }}
          >
            {lane.label}
            {lane.id === 'queue' && waiting !== null && waiting > 0 ? (
              <span className="float-right font-medium text-wait-ink">{waiting}</span>
            ) : null}
          </span>
        ))}
      </div>
      <UnderPointer timeline={timeline} from={picture.from} to={picture.to} says={pictureWords(picture)}>
        <Canvas paint={paint} height={height} />
      </UnderPointer>
    </div>
  )
}

function UnderPointer({
  timeline,
  from,
  to,
  says,
  children,
}: {
  timeline: Timeline
  from: number
  to: number
  says: string
  children: React.ReactNode
}) {
  const ref = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number | null>(null)
  const rect = { x: 0, y: 0, width: ref.current?.clientWidth ?? 1, height: 1 }
  const span = { from, to }

  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setAt(timeOf(span, { x: box.left, y: 0, width: box.width, height: 1 }, event.clientX))
  }

  const x = at === null ? 0 : xOf(span, rect, at)
  const card = at === null ? null : cardAt(timeline, at, ((to - from) / rect.width) * POINTER_PX)
  return (
    <div
      ref={ref}
      role="img"
      aria-label={says}
      className="relative cursor-crosshair"
      onPointerMove={onMove}
      onPointerLeave={() => setAt(null)}
    >
      {children}
      {card === null ? null : (
        <>
          <span className="pointer-events-none absolute top-5.5 bottom-0 w-px bg-ink-3" style={{ left: x }} />
          <span
            className={cx(
              'pointer-events-none absolute top-14 z-10 flex w-max max-w-72 flex-col rounded-4 border border-line-2 bg-surface px-2.5 py-1.5 text-12',
              x > rect.width / 2 ? '-translate-x-full' : '',
            )}
            style={{ left: x > rect.width / 2 ? x - 10 : x + 10 }}
          >
            <span className="flex items-baseline justify-between gap-4">
              <span className="font-mono font-medium">{card.title}</span>
              <span className="text-ink-3">{clock(card.at)} UTC</span>
            </span>
            {card.lines.map((line) => (
              <span key={line} className="text-ink-2">
                {line}
              </span>
            ))}
          </span>
        </>
      )}
    </div>
  )
}
