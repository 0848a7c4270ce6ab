import { type CandidateId, isRaw, labelOf, OURS } from './candidates.ts'
import { ratioOf } from './rounds.ts'
import { median } from './stats.ts'
import { figure, table } from './table.ts'
import type { Finding } from './verdict.ts'

/** What somebody reached in each round; the more the better. */
export type Scores = ReadonlyMap<CandidateId, readonly number[]>

export interface Standing {
  ours: string
  raw?: string
  peer?: string
  overRaw: number
  overPeer: number
}

export function standingOf(scores: Scores, unit = '/s'): Standing {
  const ours = scores.get(OURS) ?? []
  const raw = [...scores].find(([id]) => isRaw(id))
  const peer = bestPeer(scores)
  const show = (values: readonly number[]) => `${figure(median(values))}${unit}`
  return {
    ours: show(ours),
    ...(raw ? { raw: show(raw[1]) } : {}),
    ...(peer ? { peer: `${show(peer[1])} ${labelOf(peer[0])}` } : {}),
    overRaw: raw ? ratioOf(ours, raw[1]) : Number.NaN,
    overPeer: peer ? ratioOf(ours, peer[1]) : Number.NaN,
  }
}

function bestPeer(scores: Scores): [CandidateId, readonly number[]] | undefined {
  return [...scores]
    .filter(([id]) => id !== OURS && !isRaw(id))
    .sort((one, other) => median(other[1]) - median(one[1]))[0]
}

/** `least` times as much as somebody else, where somebody else took part. */
export const atLeast = (value: number, of: string, least: number): Finding[] =>
  Number.isNaN(value) ? [] : [{ value, of, least }]

/** Everybody's medians, a column per scenario. */
export function everybody(columns: readonly (readonly [string, Scores])[]): string {
  const ids = [...new Set(columns.flatMap(([, scores]) => [...scores.keys()]))]
  const cell = (scores: Scores, id: CandidateId) => {
    const values = scores.get(id) ?? []
    const spread = `${figure(Math.min(...values))} to ${figure(Math.max(...values))}`
    return values.length === 0 ? '-' : `${figure(median(values))} (${spread})`
  }
  return table(
    ['', ...columns.map(([title]) => title)],
    ids.map((id) => [labelOf(id), ...columns.map(([, scores]) => cell(scores, id))]),
  )
}
