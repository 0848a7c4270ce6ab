import type { History } from '../history.ts'
import { acceptsOf } from '../spans.ts'
import type { Violation } from './violation.ts'

/**
 * O3, with the guard: every writer reads the whole set, adds one value of its own and writes the whole set. What a writer was told to be
 * written, and is not in the end, was overwritten by somebody who had not read it.
 */
export function lostUpdates(history: History, contents: ReadonlyMap<string, readonly string[]>): Violation[] {
  const found: Violation[] = []
  for (const { key, at, value } of acceptsOf(history, true)) {
    if (value !== undefined && !contents.get(key)?.includes(value))
      found.push({ key, at, says: `${value} was written and is not there` })
  }
  return found
}
