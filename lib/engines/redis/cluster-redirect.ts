import type { Answer } from '../../core/node.ts'

/** What a server of a cluster says instead of doing anything: that its slot is elsewhere, or is on its way. */
export type Redirect =
  /** Without a host it is the one that was asked. */
  | { to: 'moved' | 'ask'; address: string }
  /** Some keys of the slot are here and some there, or nobody serves it right now. */
  | { to: 'wait' }

/** As a server words it. Inside a script it can't say where the key is. */
export function redirectIn(message: string): Redirect | null {
  const [, word, address] = /^(MOVED|ASK) \d+ (\S*:\d+)/.exec(message) ?? []
  if (word !== undefined && address !== undefined) return { to: word === 'MOVED' ? 'moved' : 'ask', address }
  return /^(TRYAGAIN|CLUSTERDOWN)\b|attempted to access a non local key/.test(message) ? { to: 'wait' } : null
}

/** Only where none of a call was carried out: a redirection of a part is an answer like any other. */
export function redirectOf(answers: readonly Answer[]): Redirect | null {
  const why = whyUndone(answers)
  return why === null ? null : redirectIn(why)
}

/** Why all of a call was certainly not carried out; null when some of it may have been. */
export function whyUndone(answers: readonly Answer[]): string | null {
  const [first] = answers
  const isUndone = answers.every((answer) => answer.outcome === 'unknown' && !answer.maybeDone)
  return isUndone && first?.outcome === 'unknown' ? first.why : null
}
