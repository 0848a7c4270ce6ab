import { asking, OURS, QUORUM_PEERS } from '../candidates.ts'
import { measureContention, type Scenario } from '../contended-turns.ts'
import { fightTable, figureOf, scoresOf } from '../fight-table.ts'
import { startRedisServers } from '../servers.ts'
import { atLeast, standingOf } from '../standing.ts'
import { verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const SCENARIO: Scenario = {
  title: '32 clients',
  clients: 32,
  thinkMs: 0,
  ids: [OURS, ...QUORUM_PEERS, ...asking(QUORUM_PEERS, 2)],
}
/** In which nobody is granted a lock that nobody holds: votes are split, and stay so. */
const STANDING_SPLIT_MS = 1_000

export const contendedQuorum: Part = {
  name: 'contended-quorum',
  title:
    'One lock on a Redlock of five, clients in 4 processes, held for 1 ms: hand-overs to another client a second',
  async run(settings) {
    const servers = await startRedisServers('redlock')
    const fights = await measureContention(servers.place, [SCENARIO], settings)
    await servers.close()
    const of = (name: Parameters<typeof figureOf>[2]) => figureOf(fights, SCENARIO, name, OURS)
    const standing = standingOf(scoresOf(fights, SCENARIO, 'handOversPerSecond'))
    return [
      verdicts([
        {
          scenario: SCENARIO.title,
          ...standing,
          findings: [
            ...atLeast(standing.overPeer, 'x peer', 4),
            { value: of('fairness'), of: 'Jain', least: 0.9 },
            { value: of('standstillMs'), of: 'ms standstill', most: STANDING_SPLIT_MS },
            { value: of('overlaps'), of: 'overlaps', most: 0 },
          ],
        },
      ]),
      fightTable(fights),
    ].join('\n\n')
  },
}
