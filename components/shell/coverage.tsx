'use client'

import { useOverview } from '@/lib/client/queries.ts'
import { coverageWords } from '../nodes/words.ts'

/** What was asked, and by name what did not answer. */
export function Coverage() {
  const { data } = useOverview()
  return data === undefined ? null : coverageWords(data.backends)
}
