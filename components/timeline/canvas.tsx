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

  const draw = useEffectEvent(() => {
    const canvas = ref.current
    const ctx = canvas?.getContext('2d')
    if (!canvas || !ctx) return
    const width = canvas.clientWidth
    const scale = window.devicePixelRatio || 1
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
    if (canvas.width !== size.width) canvas.width = size.width
    if (canvas.height !== size.height) canvas.height = size.height
    ctx.setTransform(scale, 0, 0, scale, 0, 0)
    ctx.clearRect(0, 0, width, height)
    if (width > 0) paint(ctx, { width, height }, currentPalette())
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another paint is another picture
  useEffect(() => draw(), [paint, height])

  useEffect(() => {
    const canvas = ref.current
    if (canvas === null) return
    const stopPalette = onPalette(() => draw())
    const observer = new ResizeObserver(() => draw())
    observer.observe(canvas)
    document.fonts?.ready.then(() => draw()).catch(() => {})
    return () => {
      stopPalette()
      observer.disconnect()
    }
  }, [])

  return <canvas ref={ref} style={{ height }} className={cx('block w-full', className)} />
}
