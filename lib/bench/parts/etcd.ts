import { type CandidateId, OURS } from '../candidates.ts'
import { measureContention, type Scenario } from '../contended-turns.ts'
import { fightTable, scoresOf } from '../fight-table.ts'
import { AT_ONCE, pairLines, pairsOfEverybody } from '../pair-lines.ts'
import { measurePairRates } from '../pair-rates.ts'
import { ratioOf } from '../rounds.ts'
import { startEtcdServer } from '../servers.ts'
import { atLeast, standingOf } from '../standing.ts'
import { verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const EVERYBODY: readonly CandidateId[] = [OURS, 'raw-etcd', 'etcd3']
const SCENARIO: Scenario = { title: '32 clients', clients: 32, thinkMs: 0, ids: [OURS, 'etcd3', 'etcdctl'] }

export const etcd: Part = {
  name: 'etcd',
  title: 'etcd of one node: acquire and release, pairs a second; one lock held for 1 ms, hand-overs a second',
  async run(settings) {
    const servers = await startEtcdServer()
    const rates = await measurePairRates(
      servers.place,
      EVERYBODY.filter(settings.takesPart),
      [AT_ONCE, 1],
      settings,
    )
    const fights = await measureContention(servers.place, [SCENARIO], settings)
    await servers.close()
    const handOvers = scoresOf(fights, SCENARIO, 'handOversPerSecond')
    const over = (id: CandidateId) => ratioOf(handOvers.get(OURS) ?? [], handOvers.get(id) ?? [])
    const goals = { together: { overRaw: 0.7, overPeer: 1.8 }, alone: { overRaw: 0.9, overPeer: 1.8 } }
    return [
      verdicts([
        ...pairLines(rates, goals),
        {
          scenario: `one lock, ${SCENARIO.title}`,
          ...standingOf(handOvers),
          findings: [
            ...atLeast(over('etcd3'), "x etcd3's Lock", 4),
            ...atLeast(over('etcdctl'), 'x etcdctl lock', 1.5),
          ],
        },
      ]),
      pairsOfEverybody(rates),
      fightTable(fights),
    ].join('\n\n')
  },
}
