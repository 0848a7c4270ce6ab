import '@/lib/client/jitless.ts'
import { type Filter, parseFilter } from '@/lib/fleet/filter.ts'
import { Problem } from '@/lib/fleet/problem.ts'
import type { LockState } from '@/lib/fleet/states.ts'

export type Checked = { filter: Filter; problem: null } | { filter: null; problem: Problem }

/** The same reading of the filter as the service's, so that a slip is told before anything is asked. */
export function checkFilter(text: string): Checked {
  try {
    return { filter: parseFilter(text), problem: null }
  } catch (error) {
    if (error instanceof Problem) return { filter: null, problem: error }
    throw error
  }
}

const STATE_TERM = /(^|\s)state:(\S*)(?=\s|$)/i

export const statesIn = (text: string): string[] =>
  (STATE_TERM.exec(text)?.[2] ?? '')
    .toLowerCase()
    .split(',')
    .filter((value) => value !== '')

/** The filter with one state switched on or off; everything else in it stays as it was typed. */
export function toggleState(text: string, state: LockState): string {
  const states = statesIn(text)
  const next = states.includes(state) ? states.filter((one) => one !== state) : [...states, state]
  const term = next.length === 0 ? '' : `state:${next.join(',')}`
  const without = text.replace(STATE_TERM, ' ')
  return `${term} ${without}`.replace(/\s+/g, ' ').trim()
}

export interface Piece {
  text: string
  /** Offset in the text. */
  at: number
  /** Terms of the language are set apart from free text. */
  key: string | null
}

/** The text cut where it changes from term to free text, nothing left out. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let at = 0
  for (const match of text.matchAll(/(?<=^|\s)-?([a-z]+):(?:"[^"]*"?|[^\s"])+/gi)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), at, key: null })
    found.push({ text: match[0], at: match.index, key: match[1] ?? null })
    at = match.index + match[0].length
  }
  if (at < text.length) found.push({ text: text.slice(at), at, key: null })
  return found
}
