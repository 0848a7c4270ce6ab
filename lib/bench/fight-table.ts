import { type CandidateId, labelOf } from './candidates.ts'
import type { Contended, Fights, Scenario } from './contended-turns.ts'
import type { Scores } from './standing.ts'
import { median } from './stats.ts'
import { figure, table } from './table.ts'

type Figure = keyof Contended

/** The medians of one figure over everybody's turns in a scenario. */
export function scoresOf(fights: Fights, scenario: Scenario, figureName: Figure): Scores {
  const turns = fights.get(scenario) ?? new Map<CandidateId, Contended[]>()
  return new Map([...turns].map(([id, each]) => [id, each.map((turn) => turn[figureName])]))
}

export const medianOf = (scores: Scores, id: CandidateId): number => median(scores.get(id) ?? [])

/** Everything that is known about how everybody fared. */
export function fightTable(fights: Fights): string {
  const figures: readonly [string, Figure][] = [
    ['hand-overs/s', 'handOversPerSecond'],
    ["Jain's index", 'fairness'],
    ['longest wait ms', 'longestWaitMs'],
    ['commands per hand-over', 'commandsPerHandOver'],
    ['starved', 'starved'],
    ['longest standstill ms', 'standstillMs'],
    ['overlaps', 'overlaps'],
    ['failures', 'failures'],
  ]
  const rows = [...fights].flatMap(([scenario, turns]) =>
    [...turns.keys()].map((id) => [
      scenario.title,
      labelOf(id),
      ...figures.map(([, name]) => figure(medianOf(scoresOf(fights, scenario, name), id))),
    ]),
  )
  return table(['scenario', '', ...figures.map(([title]) => title)], rows)
}
