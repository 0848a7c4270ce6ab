import type { Marker, Timeline } from '@/lib/fleet/timeline.ts'
import { clockMinutes, clock as clockOf } from '../ui/format.ts'
import { type Lane, waitRowsShown, waitRowY } from './lanes.ts'
import { type Brush, LABEL_FONT, paintBands, paintBandTexts, paintGaps, paintQueue, xAt } from './paint.ts'
import type { Palette } from './palette.ts'
import type { Picture } from './picture.ts'
import { cut, placeLabels, type Rect, ticks } from './scale.ts'

export interface Scene {
  picture: Picture
  timeline: Timeline
  /** The row of each wait. */
  waitRows: readonly number[]
  lanes: readonly Lane[]
  /** What the right edge is: now, or the last news of a page that is stale. */
  edge: string
}

const TICK_ROOM_PX = 72
const EDGE_ROOM_PX = 60

const laneRect = (scene: Scene, id: Lane['id'], width: number): Rect => {
  const lane = scene.lanes.find((one) => one.id === id)
  return { x: 0, width, y: lane?.y ?? 0, height: lane?.height ?? 0 }
}

const inset = (rect: Rect, by: number): Rect => ({ ...rect, y: rect.y + by, height: rect.height - 2 * by })

export function paintTimeline(brush: Brush, scene: Scene, width: number, height: number): void {
  const rect = (id: Lane['id']) => laneRect(scene, id, width)
  paintAxis(brush, rect('axis'), height)
  paintSeparators(brush, scene, width)
  paintBands(brush, scene.picture, inset(rect('holds'), 4))
  paintRenewals(brush, scene, rect('renewals'))
  paintQueue(brush, scene.picture, inset(rect('queue'), 5))
  paintWaits(brush, scene, rect('waits'))
  const body = { x: 0, y: rect('holds').y, width, height: height - rect('holds').y }
  paintGaps(brush, scene.picture.gaps, body)
  paintGapWords(brush, scene, body)
  paintBandTexts(brush, scene.picture, inset(rect('holds'), 4))
  paintMarkers(brush, scene.timeline.markers, rect('events'), height)
  paintEdge(brush, scene.edge, rect('axis'), height)
}

function paintAxis(brush: Brush, rect: Rect, height: number): void {
  const { ctx, palette, span } = brush
  const seconds = span.to - span.from < 180_000
  ctx.font = LABEL_FONT.replace('500', '400')
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'center'
  for (const at of ticks(span, rect.width, TICK_ROOM_PX)) {
    const x = xAt(brush, rect, at)
    ctx.fillStyle = palette.line
    ctx.fillRect(x - 0.5, rect.y + rect.height, 1, height - rect.height)
    const text = seconds ? clockOf(at) : clockMinutes(at)
    const half = ctx.measureText(text).width / 2
    if (x - half < 0 || x + half > rect.width - EDGE_ROOM_PX) continue
    ctx.fillStyle = palette['ink-3']
    ctx.fillText(text, x, rect.y + rect.height / 2)
  }
}

function paintSeparators(brush: Brush, scene: Scene, width: number): void {
  brush.ctx.fillStyle = brush.palette.line
  for (const lane of scene.lanes) {
    if (lane.id === 'events' || lane.id === 'holds' || lane.id === 'queue' || lane.id === 'waits') {
      brush.ctx.fillRect(0, lane.y, width, 1)
    }
  }
}

function paintRenewals(brush: Brush, scene: Scene, rect: Rect): void {
  const { ctx, palette, span } = brush
  ctx.fillStyle = palette['ink-2']
  for (const hold of scene.timeline.holds) {
    for (const iso of hold.renewals) {
      const at = Date.parse(iso)
      if (at >= span.from && at <= span.to) ctx.fillRect(xAt(brush, rect, at) - 0.5, rect.y + 5, 1.4, 9)
    }
  }
}

function paintWaits(brush: Brush, scene: Scene, rect: Rect): void {
  const { ctx, palette, span } = brush
  const shown = waitRowsShown(Number.POSITIVE_INFINITY)
  scene.timeline.waits.forEach((wait, i) => {
    const row = scene.waitRows[i] ?? 0
    const to = wait.to === null ? span.to : Date.parse(wait.to)
    const part = cut(span, rect, { from: Date.parse(wait.from), to })
    if (part === null || row >= shown) return
    const y = rect.y + waitRowY(row)
    ctx.fillStyle = palette.wait
    ctx.globalAlpha = wait.to === null ? 1 : 0.6
    ctx.fillRect(part.x, y, Math.max(1.5, part.width), 3)
    ctx.globalAlpha = 1
    if (wait.end === 'gave-up' && to <= span.to) paintCross(ctx, palette, part.x + part.width, y + 1.5)
  })
}

function paintCross(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number): void {
  ctx.strokeStyle = palette['ink-2']
  ctx.lineWidth = 1.4
  ctx.beginPath()
  ctx.moveTo(x - 3, y - 3)
  ctx.lineTo(x + 3, y + 3)
  ctx.moveTo(x + 3, y - 3)
  ctx.lineTo(x - 3, y + 3)
  ctx.stroke()
}

/** A hatched stretch says in words what it is, on plain ground. */
function paintGapWords(brush: Brush, scene: Scene, rect: Rect): void {
  const { ctx, palette, span } = brush
  ctx.font = LABEL_FONT
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  for (const gap of scene.picture.gaps) {
    const part = cut(span, rect, gap)
    if (part === null || part.width < 18) continue
    const text = 'not observed'
    const width = ctx.measureText(text).width + 10
    const upright = part.width < width + 4
    ctx.save()
    ctx.translate(part.x + part.width / 2, rect.y + rect.height / 2)
    if (upright) ctx.rotate(-Math.PI / 2)
    ctx.fillStyle = palette.ground
    ctx.fillRect(-width / 2, -8, width, 16)
    ctx.fillStyle = palette['ink-2']
    ctx.fillText(text, 0, 0.5)
    ctx.restore()
  }
}

const markerColour = (palette: Palette, kind: string): string => {
  if (kind === 'forced') return palette['split-ink']
  if (kind === 'node-down' || kind === 'expired' || kind === 'node-restarted' || kind === 'node-emptied')
    return palette['risk-ink']
  return palette['ink-2']
}

function paintMarkers(brush: Brush, markers: readonly Marker[], rect: Rect, height: number): void {
  const { ctx, palette, span } = brush
  ctx.font = LABEL_FONT
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  const shown = markers.filter(
    (marker) => Date.parse(marker.at) >= span.from && Date.parse(marker.at) <= span.to,
  )
  const labels = shown.map((marker) => ({
    x: xAt(brush, rect, Date.parse(marker.at)),
    width: ctx.measureText(marker.says).width,
  }))
  const places = placeLabels(labels, rect)
  shown.forEach((marker, i) => {
    const x = labels[i]?.x ?? 0
    const place = places[i] ?? null
    ctx.strokeStyle = markerColour(palette, marker.kind)
    ctx.lineWidth = 1
    ctx.setLineDash([3, 3])
    ctx.globalAlpha = place === null ? 0.55 : 1
    ctx.beginPath()
    ctx.moveTo(x, rect.y + (place === null ? rect.height - 6 : 2))
    ctx.lineTo(x, height)
    ctx.stroke()
    ctx.setLineDash([])
    ctx.globalAlpha = 1
    if (place === null) return
    ctx.fillStyle = markerColour(palette, marker.kind)
    ctx.fillText(marker.says, place, rect.y + rect.height / 2 + 0.5)
  })
}

function paintEdge(brush: Brush, edge: string, axis: Rect, height: number): void {
  const { ctx, palette } = brush
  ctx.fillStyle = palette.ink
  ctx.fillRect(axis.width - 1, axis.height, 1, height - axis.height)
  ctx.font = LABEL_FONT
  ctx.textAlign = 'right'
  ctx.textBaseline = 'middle'
  ctx.fillText(edge, axis.width, axis.height / 2)
}
