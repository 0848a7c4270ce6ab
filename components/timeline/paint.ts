import type { Palette } from './palette.ts'
import type { Band, Picture, Span } from './picture.ts'
import { cut, type Rect, xOf } from './scale.ts'

export interface Brush {
  ctx: CanvasRenderingContext2D
  palette: Palette
  span: Span
}

/** Segments wider than this are kept apart by a pixel. */
const APART_PX = 4
export const BAND_FONT = "500 12px 'IBM Plex Mono', monospace"
export const LABEL_FONT = "500 12px 'IBM Plex Sans Variable', sans-serif"

export const bandFill = (palette: Palette, band: Band): string =>
  band.risk ? palette.risk : band.tint === 0 ? palette.held : palette['held-2']

const bandInk = (palette: Palette, band: Band): string =>
  band.risk ? palette['on-risk'] : band.tint === 0 ? palette['on-held'] : palette['on-held-2']

/** Holds as solid segments, alternating from holder to holder, on a hairline that stands for free. */
export function paintBands(brush: Brush, picture: Picture, rect: Rect): void {
  const { ctx, palette, span } = brush
  ctx.fillStyle = palette['line-2']
  ctx.fillRect(rect.x, Math.round(rect.y + rect.height / 2), rect.width, 1)
  for (const band of picture.bands) {
    const part = cut(span, rect, band)
    if (part === null) continue
    const width = Math.max(1, part.width > APART_PX ? part.width - 1 : part.width)
    ctx.fillStyle = bandFill(palette, band)
    ctx.fillRect(part.x, rect.y, width, rect.height)
  }
}

/** Who holds it, written into the bands that have room; a name that does not fit is left out. */
export function paintBandTexts(brush: Brush, picture: Picture, rect: Rect): void {
  const { ctx, palette, span } = brush
  ctx.font = BAND_FONT
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  for (const band of picture.bands) {
    const part = cut(span, rect, band)
    if (part === null) continue
    const text = band.texts.find((one) => ctx.measureText(one).width + 12 <= part.width)
    if (text === undefined) continue
    ctx.fillStyle = bandInk(palette, band)
    ctx.fillText(text, part.x + 6, rect.y + rect.height / 2 + 0.5)
  }
}

/** Who waits, as an area under a line of one pixel. */
export function paintQueue(brush: Brush, picture: Picture, rect: Rect): void {
  const { ctx, palette, span } = brush
  const most = Math.max(3, ...picture.queue.map((step) => step.count ?? 0))
  picture.queue.forEach((step, i) => {
    if (step.count === null || step.count === 0) return
    const part = cut(span, rect, { from: step.at, to: picture.queue[i + 1]?.at ?? span.to })
    if (part === null || part.width === 0) return
    const top = rect.y + rect.height - Math.max(2, (step.count / most) * rect.height)
    ctx.fillStyle = palette.wait
    ctx.globalAlpha = 0.3
    ctx.fillRect(part.x, top, part.width, rect.y + rect.height - top)
    ctx.globalAlpha = 1
    ctx.fillRect(part.x, Math.round(top), Math.max(1, part.width), 1)
  })
}

const HATCH_PX = 5

function hatchOf(brush: Brush): CanvasPattern | null {
  const scale = brush.ctx.getTransform().a || 1
  const tile = document.createElement('canvas')
  tile.width = Math.round(HATCH_PX * scale)
  tile.height = tile.width
  const ctx = tile.getContext('2d')
  if (ctx === null) return null
  const size = tile.width
  ctx.fillStyle = brush.palette['hatch-ground']
  ctx.fillRect(0, 0, size, size)
  ctx.strokeStyle = brush.palette.hatch
  ctx.lineWidth = scale
  ctx.beginPath()
  for (const shift of [-size, 0, size]) {
    ctx.moveTo(shift - 1, size + 1)
    ctx.lineTo(shift + size + 1, -1)
  }
  ctx.stroke()
  const pattern = brush.ctx.createPattern(tile, 'repeat')
  pattern?.setTransform(new DOMMatrix().scale(1 / scale))
  return pattern
}

/** Nobody looked: nothing is drawn as if it were known. */
export function paintGaps(brush: Brush, gaps: readonly Span[], rect: Rect): void {
  if (gaps.length === 0) return
  const pattern = hatchOf(brush)
  if (pattern === null) return
  brush.ctx.fillStyle = pattern
  for (const gap of gaps) {
    const part = cut(brush.span, rect, gap)
    if (part !== null && part.width > 0)
      brush.ctx.fillRect(part.x, rect.y, Math.max(1, part.width), rect.height)
  }
}

/** The drawing of a row: queue above, holds below. */
export function paintLine(brush: Brush, picture: Picture, rect: Rect): void {
  const holds = Math.round(rect.height * 0.45)
  const queue = Math.round(rect.height * 0.36)
  paintQueue(brush, picture, { ...rect, y: rect.y + rect.height - holds - queue - 1, height: queue })
  paintBands(brush, picture, { ...rect, y: rect.y + rect.height - holds, height: holds })
  paintGaps(brush, picture.gaps, rect)
}

export const xAt = (brush: Brush, rect: Rect, at: number): number =>
  Math.round(xOf(brush.span, rect, at)) + 0.5
