'use client'

import { type RefObject, useEffect, useState } from 'react'
import type { Anchor } from './links.ts'

export type Anchors = ReadonlyMap<string, Anchor>

const NONE: Anchors = new Map()

/** Where the marked edges of the boxes on a stage are, in px of the stage. */
export function useAnchors(stage: RefObject<HTMLElement | null>, marks: string): Anchors {
  const [anchors, setAnchors] = useState(NONE)
  // biome-ignore lint/correctness/useExhaustiveDependencies: other marks are other boxes
  useEffect(() => {
    const element = stage.current
    if (element === null) return
    const measure = () => {
      const box = element.getBoundingClientRect()
      const found = [...element.querySelectorAll<HTMLElement>('[data-anchor]')].map((mark) => {
        const place = mark.getBoundingClientRect()
        const x = mark.dataset.side === 'right' ? place.right : place.left
        return [
          mark.dataset.anchor ?? '',
          { x: x - box.left, y: place.top + place.height / 2 - box.top },
        ] as const
      })
      setAnchors(new Map(found))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    for (const mark of element.querySelectorAll('[data-anchor]')) observer.observe(mark)
    measure()
    return () => observer.disconnect()
  }, [stage, marks])
  return anchors
}
