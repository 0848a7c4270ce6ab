import { type CandidateId, OURS } from '../candidates.ts'
import { measureContention, type Scenario } from '../contended-turns.ts'
import { fightTable, scoresOf } from '../fight-table.ts'
import { measurePairRates } from '../pair-rates.ts'
import { ratioOf } from '../rounds.ts'
import { startEtcdServer } from '../servers.ts'
import { atLeast, everybody, standingOf } from '../standing.ts'
import { verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const AT_ONCE = 64
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
    const many = standingOf(rates(AT_ONCE).perSecond)
    const one = standingOf(rates(1).perSecond)
    const handOvers = scoresOf(fights, SCENARIO, 'handOversPerSecond')
    const over = (id: CandidateId) => ratioOf(handOvers.get(OURS) ?? [], handOvers.get(id) ?? [])
    return [
      verdicts([
        {
          scenario: 'one client in sequence',
          ...one,
          findings: [...atLeast(one.overRaw, 'x raw', 0.9), ...atLeast(one.overPeer, 'x peer', 1.8)],
        },
        {
          scenario: `${AT_ONCE} locks at once`,
          ...many,
          findings: [...atLeast(many.overRaw, 'x raw', 0.7), ...atLeast(many.overPeer, 'x peer', 1.8)],
        },
        {
          scenario: `one lock, ${SCENARIO.title}`,
          ...standingOf(handOvers),
          findings: [
            ...atLeast(over('etcd3'), "x etcd3's Lock", 4),
            ...atLeast(over('etcdctl'), 'x etcdctl lock', 1.5),
          ],
        },
      ]),
      everybody([
        ['in sequence', rates(1).perSecond],
        ["client's CPU, us", rates(1).cpuUs],
        [`${AT_ONCE} at once`, rates(AT_ONCE).perSecond],
        ["client's CPU, us", rates(AT_ONCE).cpuUs],
      ]),
      fightTable(fights),
    ].join('\n\n')
  },
}
