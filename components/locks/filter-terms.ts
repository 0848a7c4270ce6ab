import '@/lib/client/jitless.ts'
import { type Filter, parseFilter } from '@/lib/fleet/filter.ts'
import { filterWords } from '@/lib/fleet/filter-words.ts'
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

interface Place {
  at: number
  length: number
}

/** Where the slip is; null when nobody can tell. */
export function slipOf(problem: Problem | null): Place | null {
  const { details } = problem ?? {}
  if (typeof details !== 'object' || details === null || !('at' in details) || !('length' in details))
    return null
  const { at, length } = details
  return typeof at === 'number' && typeof length === 'number' ? { at, length } : null
}

const STATE_TERM = /(^|\s)state:(\S*)(?=\s|$)/i

const SIGNED = /(?<=^|\s)([a-z]+)\s*[:=]?\s*([<>]=?|=)\s*([^\s<>=]+)(?=\s|$)/gi

/** What somebody may have meant with `held > 10m`, where everything was taken for parts of a name; null when nothing better is known. */
export function meantFilter(text: string): string | null {
  const meant = text.replace(
    SIGNED,
    (_, key: string, sign: string, value: string) =>
      `${key.toLowerCase()}:${sign === '=' ? '' : sign}${value}`,
  )
  return meant === text || checkFilter(meant).problem !== null ? null : meant
}

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
  /** It is what the filter stumbles over. */
  slip: boolean
}

/** The text cut where it changes from term to free text and where a slip begins and ends, nothing left out. */
export function pieces(text: string, slip: Place | null = null): Piece[] {
  const terms = filterWords(text).filter(({ key, values }) => key !== null && values.length > 0)
  const edges = [...terms, ...(slip ? [slip] : [])].flatMap(({ at, length }) => [at, at + length])
  const cuts = [...new Set([0, ...edges, text.length])]
    .filter((at) => at <= text.length)
    .sort((a, b) => a - b)
  return cuts.slice(0, -1).map((at, index) => {
    const lies = (place: Place) => place.at <= at && at < place.at + place.length
    return {
      text: text.slice(at, cuts[index + 1]),
      at,
      key: terms.find(lies)?.key ?? null,
      slip: slip !== null && lies(slip),
    }
  })
}
