import { asking, OURS, QUORUM_PEERS } from '../candidates.ts'
import { measureContention, type Scenario } from '../contended-turns.ts'
import { fightTable, medianOf, scoresOf } from '../fight-table.ts'
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
    const scores = (name: Parameters<typeof scoresOf>[2]) => scoresOf(fights, SCENARIO, name)
    const standing = standingOf(scores('handOversPerSecond'))
    const longest = Math.max(...(scores('standstillMs').get(OURS) ?? []))
    return [
      verdicts([
        {
          scenario: SCENARIO.title,
          ...standing,
          findings: [
            ...atLeast(standing.overPeer, 'x peer', 4),
            { value: medianOf(scores('fairness'), OURS), of: 'Jain', least: 0.9 },
            { value: longest, of: 'ms standstill', most: STANDING_SPLIT_MS },
          ],
        },
      ]),
      fightTable(fights),
    ].join('\n\n')
  },
}
