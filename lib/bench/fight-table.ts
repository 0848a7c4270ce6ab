import { type CandidateId, labelOf } from './candidates.ts'
import type { Contended, Fights, Scenario } from './contended-turns.ts'
import type { Scores } from './standing.ts'
import { median } from './stats.ts'
import { figure, table } from './table.ts'

type Figure = keyof Contended

/** Of these the worst turn counts. */
const WORST: readonly Figure[] = ['longestWaitMs', 'starved', 'standstillMs', 'overlaps', 'failures']

const COLUMNS: readonly [string, Figure][] = [
  ['hand-overs/s', 'handOversPerSecond'],
  ['gap ms', 'gapMs'],
  ["Jain's index", 'fairness'],
  ['longest wait ms', 'longestWaitMs'],
  ['commands per hand-over', 'commandsPerHandOver'],
  ['starved', 'starved'],
  ['longest standstill ms', 'standstillMs'],
  ['overlaps', 'overlaps'],
  ['gave up', 'failures'],
]

/** One figure of everybody's turns in a scenario. */
export function scoresOf(fights: Fights, scenario: Scenario, name: Figure): Scores {
  const turns = fights.get(scenario) ?? new Map<CandidateId, Contended[]>()
  return new Map([...turns].map(([id, each]) => [id, each.map((turn) => turn[name])]))
}

/** What one figure came to over all turns. */
export function figureOf(fights: Fights, scenario: Scenario, name: Figure, id: CandidateId): number {
  const values = scoresOf(fights, scenario, name).get(id) ?? []
  return WORST.includes(name) && values.length > 0 ? Math.max(...values) : median(values)
}

/** Everything that is known about how everybody fared. */
export function fightTable(fights: Fights): string {
  const rows = [...fights].flatMap(([scenario, turns]) =>
    [...turns.keys()].map((id) => [
      scenario.title,
      labelOf(id),
      ...COLUMNS.map(([, name]) => figure(figureOf(fights, scenario, name, id))),
    ]),
  )
  return table(['scenario', '', ...COLUMNS.map(([title]) => title)], rows)
}
