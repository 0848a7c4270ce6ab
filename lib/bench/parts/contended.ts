import { asking, OURS, REDIS_PEERS } from '../candidates.ts'
import { measureContention, type Scenario } from '../contended-turns.ts'
import { fightTable, figureOf, scoresOf } from '../fight-table.ts'
import { startRedisServers } from '../servers.ts'
import { atLeast, standingOf } from '../standing.ts'
import { type Finding, verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

/* As they come, peers ask so seldom that they lose by far. Pauses that served them better were found by trial. */
const FEW: Scenario = {
  title: '32 clients',
  clients: 32,
  thinkMs: 0,
  ids: [OURS, ...REDIS_PEERS, ...asking(REDIS_PEERS, 2)],
}
const MANY: Scenario = {
  title: '128 clients',
  clients: 128,
  thinkMs: 0,
  ids: [OURS, ...asking(REDIS_PEERS, 5)],
}
const FEW_THINKING: Scenario = {
  title: '32 clients that think for 10 ms',
  clients: 32,
  thinkMs: 10,
  ids: [OURS, ...asking(REDIS_PEERS, 5)],
}
const MANY_THINKING: Scenario = { ...FEW_THINKING, title: '128 clients that think for 10 ms', clients: 128 }

export const contended: Part = {
  name: 'contended',
  title:
    'One lock on one Redis, clients in 4 processes, held for 1 ms: hand-overs to another client a second',
  async run(settings) {
    const servers = await startRedisServers('redis')
    const scenarios = [FEW, MANY, FEW_THINKING, MANY_THINKING]
    const fights = await measureContention(servers.place, scenarios, settings)
    await servers.close()
    const of = (scenario: Scenario, name: Parameters<typeof figureOf>[2]) =>
      figureOf(fights, scenario, name, OURS)
    const line = (scenario: Scenario, overPeer: number, more: readonly Finding[] = []) => {
      const standing = standingOf(scoresOf(fights, scenario, 'handOversPerSecond'))
      return {
        scenario: scenario.title,
        ...standing,
        findings: [
          ...atLeast(standing.overPeer, 'x peer', overPeer),
          { value: of(scenario, 'fairness'), of: 'Jain', least: 0.98 },
          { value: of(scenario, 'commandsPerHandOver'), of: 'commands', most: 2.5 },
          { value: of(scenario, 'starved'), of: 'starved', most: 0 },
          { value: of(scenario, 'overlaps'), of: 'overlaps', most: 0 },
          ...more,
        ],
      }
    }
    const kept = of(MANY, 'handOversPerSecond') / of(FEW, 'handOversPerSecond')
    return [
      verdicts([
        line(FEW, 2),
        line(MANY, 2, [{ value: kept, of: 'x 32 clients', least: 0.75 }]),
        line(FEW_THINKING, 1.25),
        line(MANY_THINKING, 1.25),
      ]),
      fightTable(fights),
    ].join('\n\n')
  },
}
