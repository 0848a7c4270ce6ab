'use client'

import Link from 'next/link'
import { LockName } from '../locks/cells.tsx'
import { lockPath } from '../locks/lock-row.tsx'
import { StateGlyph } from '../states/glyph.tsx'
import { cx } from '../ui/class-names.ts'
import { counted, number } from '../ui/format.ts'
import { Since } from '../ui/moment.tsx'
import type { GraphBox, GraphEdge, WaitsGraph } from './graph.ts'
import { boxSays } from './graph-words.ts'

const COLUMN_PX = 236
const BOX_PX = 188
const ROW_PX = 52
const BOX_HIGH_PX = 40
const PAD_PX = 22
const ARROW_PX = 7
const ROUND_PX = 8

interface Point {
  x: number
  y: number
}

/** Left end of a box at half its height. */
const leftOf = ({ column, row }: { column: number; row: number }): Point => ({
  x: PAD_PX + column * COLUMN_PX,
  y: PAD_PX + (row + 0.5) * ROW_PX,
})
const rightOf = (place: { column: number; row: number }): Point => {
  const { x, y } = leftOf(place)
  return { x: x + BOX_PX, y }
}

/** Who holds what, and who waits for it: holders left, and everybody to the right of what he waits for. */
export function GraphPicture({
  graph,
  at,
  onCursor,
}: {
  graph: WaitsGraph
  at: string | null
  onCursor(id: string): void
}) {
  const width = PAD_PX * 2 + (graph.columns - 1) * COLUMN_PX + BOX_PX
  const height = PAD_PX * 2 + graph.rows * ROW_PX
  return (
    <section aria-label="Who holds up whom, as a graph" className="border-t border-line pb-4">
      <Legend hasCircle={graph.back.some(({ edge }) => edge.isKnotted)} />
      <div className="overflow-x-auto">
        <div className="relative" style={{ width, height }}>
          <svg width={width} height={height} aria-hidden="true" className="absolute inset-0" fill="none">
            {graph.forward.map((edge) => (
              <Forward key={`${edge.from} ${edge.to}`} edge={edge} graph={graph} />
            ))}
            {graph.back.map(({ edge, row }) => (
              <WayBack key={`${edge.from} ${edge.to}`} edge={edge} row={row} graph={graph} />
            ))}
          </svg>
          <ul>
            {graph.order.map((id) => {
              const box = graph.boxes.get(id)
              const place = graph.places.get(id)
              if (box === undefined || place === undefined) return null
              const { x, y } = leftOf(place)
              return (
                <li
                  key={id}
                  className="absolute"
                  style={{ left: x, top: y - BOX_HIGH_PX / 2, width: BOX_PX, height: BOX_HIGH_PX }}
                >
                  <Box box={box} graph={graph} isAt={id === at} onCursor={onCursor} />
                </li>
              )
            })}
          </ul>
        </div>
      </div>
      {graph.leftOut > 0 ? (
        <p className="px-4 text-12 text-ink-3 max-md:px-3">
          {counted(graph.leftOut, 'client')} who hold up fewer did not fit: they are in the tree.
        </p>
      ) : null}
    </section>
  )
}

const colourOf = ({ is, isKnotted }: GraphEdge): string =>
  isKnotted ? 'text-split' : is === 'holds' ? 'text-held' : 'text-wait'

function Forward({ edge, graph }: { edge: GraphEdge; graph: WaitsGraph }) {
  const from = graph.places.get(edge.from)
  const to = graph.places.get(edge.to)
  if (from === undefined || to === undefined) return null
  const start = rightOf(from)
  const end = leftOf(to)
  const tip = edge.is === 'waits' ? ARROW_PX : 0
  const bend = (COLUMN_PX - BOX_PX) * 0.6
  return (
    <g className={colourOf(edge)} stroke="currentColor" strokeWidth={edge.isKnotted ? 2.2 : 1.4}>
      <path
        d={`M${start.x + tip} ${start.y}C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x} ${end.y}`}
      />
      {edge.is === 'waits' ? <Arrow at={start} /> : null}
    </g>
  )
}

/** Round the boxes between, below them: from the left of who waits to the right of what he waits for. */
function WayBack({ edge, row, graph }: { edge: GraphEdge; row: number; graph: WaitsGraph }) {
  const from = graph.places.get(edge.from)
  const to = graph.places.get(edge.to)
  if (from === undefined || to === undefined) return null
  const start = rightOf(from)
  const end = leftOf(to)
  const low = leftOf({ column: 0, row }).y
  const out = 14
  const r = ROUND_PX
  return (
    <g className={colourOf(edge)} stroke="currentColor" strokeWidth={edge.isKnotted ? 2.2 : 1.4}>
      <path
        d={[
          `M${start.x + ARROW_PX} ${start.y}H${start.x + out - r}`,
          `q${r} 0 ${r} ${r}V${low - r}q0 ${r} ${-r} ${r}`,
          `H${end.x - out + r}q${-r} 0 ${-r} ${-r}V${end.y + r}q0 ${-r} ${r} ${-r}H${end.x}`,
        ].join('')}
      />
      {edge.is === 'waits' ? <Arrow at={start} /> : null}
    </g>
  )
}

/** Points at what is waited for. */
const Arrow = ({ at: { x, y } }: { at: Point }) => (
  <path d={`M${x} ${y}l${ARROW_PX + 2} -4v8Z`} fill="currentColor" stroke="none" />
)

function Box({
  box,
  graph,
  isAt,
  onCursor,
}: {
  box: GraphBox
  graph: WaitsGraph
  isAt: boolean
  onCursor(id: string): void
}) {
  return (
    <Link
      href={pathOf(box)}
      prefetch={false}
      data-row={box.id}
      aria-label={boxSays(box, graph)}
      title={titleOf(box)}
      onFocus={() => onCursor(box.id)}
      className={cx(
        'flex h-full flex-col justify-center border px-2 hover:bg-raised',
        box.is === 'lock' ? 'rounded-6 bg-raised' : 'rounded-4 bg-surface',
        box.isKnotted ? 'border-split' : isAt ? 'border-accent' : 'border-line-2',
        box.is === 'rest' && 'border-dashed',
      )}
    >
      <Words box={box} />
    </Link>
  )
}

const SMALL = 'truncate text-12 leading-4 text-ink-3'

function Words({ box }: { box: GraphBox }) {
  if (box.is === 'rest')
    return (
      <>
        <span className="flex items-center gap-1.5 text-12 leading-4 font-medium">
          <StateGlyph look="waiting" size={12} /> {number(box.waits.length)} more wait
        </span>
        <span className={SMALL}>{box.labels.join(', ')}</span>
      </>
    )
  if (box.is === 'lock')
    return (
      <>
        <span className="truncate leading-4">
          <LockName name={box.lock.name} />
        </span>
        <span className={SMALL}>
          {box.lock.backend}, {number(box.lock.waiters)} {box.lock.waiters === 1 ? 'waits' : 'wait'}
        </span>
      </>
    )
  const { party, wait } = box
  return (
    <>
      <span className="flex min-w-0 items-center gap-1.5">
        <StateGlyph look={box.isKnotted ? 'split' : party.holds > 0 ? 'held' : 'waiting'} size={12} />
        <span className={cx('truncate font-mono text-12 leading-4', party.holds > 0 && 'font-semibold')}>
          {party.label}
        </span>
      </span>
      <span className={SMALL}>
        {party.holds > 0 ? `holds up ${party.downstream === null ? 'many' : number(party.downstream)}` : null}
        {wait === null ? null : (
          <>
            {party.holds > 0 ? ', waits' : 'waits'} {wait.since === null ? null : <Since iso={wait.since} />}
          </>
        )}
      </span>
    </>
  )
}

const pathOf = (box: GraphBox): string =>
  box.is === 'party' && box.party.holds > 0
    ? `/locks?q=${encodeURIComponent(`holder:"${box.party.label.replaceAll('"', '""')}"`)}`
    : lockPath(box.is === 'party' ? (box.wait?.lock ?? '') : box.lock.id)

const titleOf = (box: GraphBox): string =>
  box.is === 'party' ? box.party.label : box.is === 'lock' ? box.lock.name : box.labels.join(', ')

function Legend({ hasCircle }: { hasCircle: boolean }) {
  return (
    <p className="flex flex-wrap gap-x-5 gap-y-1 px-4 pt-2.5 text-12 text-ink-2 max-md:px-3">
      <Key className="text-held" says="holds" />
      <Key className="text-wait" says="waits for what the arrow points at" hasArrow />
      {hasCircle ? (
        <Key className="text-split" says="a circle: nobody in it goes on by themselves" hasArrow />
      ) : null}
    </p>
  )
}

function Key({ className, says, hasArrow = false }: { className: string; says: string; hasArrow?: boolean }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg width="26" height="8" aria-hidden="true" className={className}>
        <path d={`M${hasArrow ? ARROW_PX : 0} 4H26`} stroke="currentColor" strokeWidth="1.8" />
        {hasArrow ? <Arrow at={{ x: 0, y: 4 }} /> : null}
      </svg>
      {says}
    </span>
  )
}
