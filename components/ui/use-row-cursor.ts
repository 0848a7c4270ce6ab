'use client'

import { useCallback, useEffect, useState } from 'react'
import { cameBack } from './came-back.ts'

const FRAMES = 6

/** Focus comes to a row once it is there: a virtual list draws it some frames later. */
function focusRow(id: string, frames = FRAMES): void {
  const row = document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)
  if (row !== null) row.focus({ preventScroll: true })
  else if (frames > 0) requestAnimationFrame(() => focusRow(id, frames - 1))
}

export interface RowCursor {
  at: string | null
  move(by: 1 | -1): void
  put(id: string): void
}

/** Where the cursor stood on pages that were left, by what it walks over. */
const left = new Map<string, string>()

/**
 * j and k walk over rows; the cursor is the focus, so that Enter and screen readers follow it. Whoever comes back to the
 * rows of that name finds it where it was.
 */
export function useRowCursor(
  ids: readonly string[],
  name: string,
  reveal?: (index: number) => void,
): RowCursor {
  const [at, setAt] = useState<string | null>(null)
  const [wanted, setWanted] = useState(() => (cameBack() ? (left.get(name) ?? null) : null))
  const put = useCallback(
    (id: string) => {
      left.set(name, id)
      setAt(id)
    },
    [name],
  )
  useEffect(() => {
    if (wanted === null || ids.length === 0) return
    setWanted(null)
    const index = ids.indexOf(wanted)
    if (index === -1 || document.activeElement !== document.body) return
    put(wanted)
    reveal?.(index)
    focusRow(wanted)
  }, [wanted, ids, put, reveal])
  const move = useCallback(
    (by: 1 | -1) => {
      if (ids.length === 0) return
      const before = at === null ? -1 : ids.indexOf(at)
      const index = before === -1 ? (by === 1 ? 0 : ids.length - 1) : before + by
      const next = ids[Math.max(0, Math.min(ids.length - 1, index))]
      if (next === undefined) return
      put(next)
      reveal?.(ids.indexOf(next))
      focusRow(next)
      if (reveal === undefined) {
        document.querySelector(`[data-row="${CSS.escape(next)}"]`)?.scrollIntoView({ block: 'nearest' })
      }
    },
    [at, ids, put, reveal],
  )
  return { at, move, put }
}
