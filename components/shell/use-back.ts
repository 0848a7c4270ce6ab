'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import { arrived, countTurns } from '../ui/came-back.ts'

let pagesSeen = 0

/** Called once by the shell: counts the pages of this visit. */
export function useCountPages(): void {
  const path = usePathname()
  useEffect(countTurns, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path is another page
  useEffect(() => {
    pagesSeen += 1
    arrived()
  }, [path])
}

/** Back to where one came from, filter and all; for a link that was pasted, to the page above. */
export function useBack(above: string): () => void {
  const router = useRouter()
  return useCallback(() => {
    if (pagesSeen > 1) router.back()
    else router.push(above)
  }, [router, above])
}
