'use client'

import { useEffect, useRef, useState } from 'react'
import { checkFilter } from './filter-terms.ts'

const SETTLED_MS = 150

/**
 * What is being typed, and the URL that follows it. The URL arrives late: while it still tells of keys pressed before, it
 * must not overwrite those pressed since; when somebody goes back or follows a link, it must.
 */
export function useFilterText(q: string, set: (q: string) => void): [string, (text: string) => void] {
  const [text, setText] = useState(q)
  const onTheirWay = useRef<string[]>([])

  useEffect(() => {
    const mine = onTheirWay.current.indexOf(q)
    if (mine === -1) setText((now) => (now.trim() === q ? now : q))
    else onTheirWay.current = onTheirWay.current.slice(mine + 1)
  }, [q])

  useEffect(() => {
    const next = text.trim()
    if (checkFilter(next).problem !== null) return
    const timer = setTimeout(() => {
      const last = onTheirWay.current.at(-1) ?? new URLSearchParams(window.location.search).get('q') ?? ''
      if (next === last) return
      onTheirWay.current.push(next)
      set(next)
    }, SETTLED_MS)
    return () => clearTimeout(timer)
  }, [text, set])

  return [text, setText]
}
