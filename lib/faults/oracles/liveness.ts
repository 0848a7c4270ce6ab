import type { History } from '../history.ts'
import type { Violation } from './violation.ts'

/** O6: within `withinMs` of the last healing every key that was in use can be had again. */
export function notLive(history: History, withinMs: number): Violation[] {
  const healed = history.findLast(({ op }) => op === 'heal')
  if (!healed) return []
  const granted = history.filter(({ op, stage }) => op === 'acquire' && stage === 'ok')
  const keys = new Set(history.filter(({ op }) => op === 'acquire').map(({ key }) => key))
  const deadline = healed.at + withinMs
  return [...keys]
    .filter(
      (key) => !granted.some((entry) => entry.key === key && entry.at > healed.at && entry.at <= deadline),
    )
    .map((key) => ({ key, at: deadline, says: `nobody was granted it within ${withinMs} ms of the healing` }))
}
