import { type CandidateId, OURS, REDIS_PEERS } from '../candidates.ts'
import { AT_ONCE, pairLines, pairsOfEverybody } from '../pair-lines.ts'
import { measurePairRates } from '../pair-rates.ts'
import { startRedisServers } from '../servers.ts'
import { verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const EVERYBODY: readonly CandidateId[] = [OURS, 'raw-redis', ...REDIS_PEERS]

export const uncontended: Part = {
  name: 'uncontended',
  title: 'Uncontended, one Redis: acquire and release, pairs a second',
  async run(settings) {
    const servers = await startRedisServers('redis')
    const ids = EVERYBODY.filter(settings.takesPart)
    const rates = await measurePairRates(servers.place, ids, [AT_ONCE, 1], settings)
    await servers.close()
    const goals = { together: { overRaw: 1.3, overPeer: 1.3 }, alone: { overRaw: 0.75 } }
    return [verdicts(pairLines(rates, goals)), pairsOfEverybody(rates)].join('\n\n')
  },
}
