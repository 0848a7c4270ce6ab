'use client'

import { useEffect, useEffectEvent, useRef } from 'react'
import { cx } from '../ui/class-names.ts'
import { currentPalette, onPalette, type Palette } from './palette.ts'

export type Paint = (
  ctx: CanvasRenderingContext2D,
  size: { width: number; height: number },
  palette: Palette,
) => void

/** A canvas as sharp as the screen that is painted again when its size, its theme or `paint` changes. */
export function Canvas({ paint, height, className }: { paint: Paint; height: number; className?: string }) {
  const ref = useRef<HTMLCanvasElement>(null)
  const width = useRef(0)

  const draw = useEffectEvent(() => {
    const canvas = ref.current
    const ctx = canvas?.getContext('2d')
    if (!canvas || !ctx || width.current === 0) return
    const scale = window.devicePixelRatio || 1
    const size = { width: Math.round(width.current * scale), height: Math.round(height * scale) }
    if (canvas.width !== size.width) canvas.width = size.width
    if (canvas.height !== size.height) canvas.height = size.height
    ctx.setTransform(scale, 0, 0, scale, 0, 0)
    ctx.clearRect(0, 0, width.current, height)
    paint(ctx, { width: width.current, height }, currentPalette())
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another paint is another picture
  useEffect(() => draw(), [paint, height])

  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return
    const stopPalette = onPalette(() => draw())
    // Told of its size once the page is laid out: asking for it would lay out the page anew for every row of a list.
    const observer = new ResizeObserver(([entry]) => {
      width.current = entry?.contentRect.width ?? 0
      draw()
    })
    observer.observe(canvas)
    if (document.fonts?.status === 'loading') document.fonts.ready.then(() => draw()).catch(() => {})
    return () => {
      stopPalette()
      observer.disconnect()
    }
  }, [])

  return <canvas ref={ref} style={{ height }} className={cx('block w-full', className)} />
}
