'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

type Changes = Record<string, string | null>

/** The URL is the view. A change of it replaces the entry, so that Back leaves the page and not every keystroke. */
export function useParams(): { params: URLSearchParams; set: (changes: Changes) => void } {
  const search = useSearchParams()
  const set = useCallback((changes: Changes) => {
    const next = new URLSearchParams(window.location.search)
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') next.delete(name)
      else next.set(name, value)
    }
    const text = next.toString()
    window.history.replaceState(null, '', `${window.location.pathname}${text === '' ? '' : `?${text}`}`)
  }, [])
  return { params: new URLSearchParams(search), set }
}
