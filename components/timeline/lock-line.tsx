'use client'

import { memo, useMemo } from 'react'
import { useFreshness, useOnClock } from '@/lib/client/live.tsx'
import type { Line } from '@/lib/fleet/lock.ts'
import { Canvas, type Paint } from './canvas.tsx'
import { paintLine } from './paint.ts'
import { pictureOfLine, pictureWords } from './picture.ts'

const STEP_MS = 2_000

/** The last five minutes of one lock as a thin band. */
export const LockLine = memo(function LockLine({
  line,
  height = 20,
}: {
  line: Line | undefined
  height?: 18 | 20 | 26
}) {
  const stale = useFreshness((freshness) => freshness.is === 'stale')
  const now = useOnClock((at) => (at === null ? null : Math.floor(at / STEP_MS) * STEP_MS))
  const picture = useMemo(
    () => (line === undefined ? null : pictureOfLine(line, stale ? null : now)),
    [line, now, stale],
  )
  const paint = useMemo<Paint>(
    () => (ctx, size, palette) => {
      if (picture !== null) paintLine({ ctx, palette, span: picture }, picture, { x: 0, y: 0, ...size })
    },
    [picture],
  )
  if (picture === null) return <span className="text-12 text-ink-3">not read</span>
  return (
    <span role="img" aria-label={pictureWords(picture)} className="block w-full">
      <Canvas paint={paint} height={height} />
    </span>
  )
})
