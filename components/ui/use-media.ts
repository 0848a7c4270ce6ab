'use client'

import { useSyncExternalStore } from 'react'

/** Whether a media query matches; `before` until the browser was asked. */
export const useMedia = (query: string, before: boolean): boolean =>
  useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
    () => before,
  )

export const useIsWide = (): boolean => useMedia('(min-width: 768px)', true)
