import type { AuditEntry } from '@/lib/fleet/audit.ts'

/** One act: what was meant, and what came of it; or what was refused. */
export interface Act {
  id: string
  /** When it was meant, or refused. */
  first: AuditEntry
  outcome: AuditEntry | null
}

/** The log is a list of entries, newest first; an act is an intent with the outcome that closes it. */
export function joinActs(entries: readonly AuditEntry[]): Act[] {
  const outcomes = new Map<string, AuditEntry>()
  for (const entry of entries)
    if (entry.phase === 'outcome' && entry.of !== null) outcomes.set(entry.of, entry)
  const intents = new Set(entries.filter((entry) => entry.phase === 'intent').map((entry) => entry.id))
  return entries.flatMap((entry): Act[] => {
    if (entry.phase === 'intent')
      return [{ id: entry.id, first: entry, outcome: outcomes.get(entry.id) ?? null }]
    if (entry.phase === 'refused') return [{ id: entry.id, first: entry, outcome: null }]
    // Its intent is on the next page: until that is read, the outcome stands for both.
    return entry.of !== null && intents.has(entry.of) ? [] : [{ id: entry.id, first: entry, outcome: entry }]
  })
}

const RESULTS: Record<string, string> = {
  freed: 'freed',
  partly: 'freed in part',
  nothing: 'nothing freed',
  unknown: 'not known',
  changed: 'it had changed',
  name_mismatch: 'wrong name typed',
  plan_expired: 'the plan had expired',
  plan_used: 'the plan was used before',
}

export type ResultLook = 'forced' | 'partial' | 'free' | 'unknown' | 'gone'

/** What came of an act, in a word; an intent without an outcome is not known to have happened or not. */
export function resultOf(act: Act): { look: ResultLook; word: string } {
  if (act.first.phase === 'refused') {
    const why = act.first.result === null ? '' : `: ${RESULTS[act.first.result] ?? act.first.result}`
    return { look: 'gone', word: `refused${why}` }
  }
  const result = act.outcome?.result ?? null
  if (result === null) return { look: 'unknown', word: 'no outcome yet' }
  const word = RESULTS[result] ?? result
  if (result === 'freed') return { look: 'forced', word }
  if (result === 'partly') return { look: 'partial', word }
  return { look: result === 'unknown' ? 'unknown' : 'free', word }
}
