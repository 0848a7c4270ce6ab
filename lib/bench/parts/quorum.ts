import { type CandidateId, labelOf, OURS, QUORUM_PEERS } from '../candidates.ts'
import { type Frozen, measureFrozen } from '../frozen.ts'
import { AT_ONCE, pairLines, pairsOfEverybody } from '../pair-lines.ts'
import { measurePairRates } from '../pair-rates.ts'
import { startRedisServers } from '../servers.ts'
import { figure, table } from '../table.ts'
import { type Line, verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const EVERYBODY: readonly CandidateId[] = [OURS, 'raw-quorum', ...QUORUM_PEERS]

export const quorum: Part = {
  name: 'quorum',
  title: 'Uncontended, Redlock of five: acquire and release, pairs a second',
  async run(settings) {
    const servers = await startRedisServers('redlock')
    const ids = EVERYBODY.filter(settings.takesPart)
    const rates = await measurePairRates(servers.place, ids, [AT_ONCE, 1], settings)
    const together = await measureFrozen(servers, ids, AT_ONCE, settings)
    const alone = await measureFrozen(servers, ids, 1, settings)
    await servers.close()
    const goals = { together: { overRaw: 1.5, overPeer: 1.7 }, alone: { overRaw: 0.85 } }
    return [
      verdicts([
        ...pairLines(rates, goals),
        frozenLine(`one node frozen, ${AT_ONCE} at once, p99`, together.get(OURS)),
        frozenLine('one node frozen, in sequence, p99', alone.get(OURS)),
      ]),
      pairsOfEverybody(rates),
      table(
        ['p99 in ms', `${AT_ONCE} at once`, 'one frozen', 'in sequence', 'one frozen'],
        ids.map((id) => [labelOf(id), ...p99s(together.get(id)), ...p99s(alone.get(id))]),
      ),
    ].join('\n\n')
  },
}

const frozenLine = (scenario: string, found: Frozen | undefined): Line => ({
  scenario,
  ours: found ? `${figure(found.frozenMs)} ms` : '-',
  findings: [{ value: found?.ratio ?? Number.NaN, of: 'x in health', most: 1.5 }],
})

const p99s = (found: Frozen | undefined): string[] =>
  found
    ? [figure(found.healthyMs), Number.isFinite(found.frozenMs) ? figure(found.frozenMs) : 'stands still']
    : []
