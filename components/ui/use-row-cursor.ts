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
  /** To that row, with the focus. */
  go(id: string): void
  /** The focus is there already. */
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
  const go = useCallback(
    (id: string) => {
      put(id)
      reveal?.(ids.indexOf(id))
      focusRow(id)
      if (reveal === undefined) {
        const row = document.querySelector(`[data-row="${CSS.escape(id)}"]`)
        row?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
      }
    },
    [ids, put, reveal],
  )
  const move = useCallback(
    (by: 1 | -1) => {
      if (ids.length === 0) return
      const before = at === null ? -1 : ids.indexOf(at)
      const index = before === -1 ? (by === 1 ? 0 : ids.length - 1) : before + by
      const next = ids[Math.max(0, Math.min(ids.length - 1, index))]
      if (next !== undefined) go(next)
    },
    [at, ids, go],
  )
  useEffect(() => {
    if (wanted === null || ids.length === 0) return
    setWanted(null)
    if (!ids.includes(wanted) || document.activeElement !== document.body) return
    go(wanted)
  }, [wanted, ids, go])
  return { at, move, go, put }
}
