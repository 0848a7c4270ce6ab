import { type CandidateId, OURS, REDIS_PEERS } from '../candidates.ts'
import { measurePairRates } from '../pair-rates.ts'
import { startRedisServers } from '../servers.ts'
import { atLeast, everybody, standingOf } from '../standing.ts'
import { verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const AT_ONCE = 64
const EVERYBODY: readonly CandidateId[] = [OURS, 'raw-redis', ...REDIS_PEERS]

export const uncontended: Part = {
  name: 'uncontended',
  title: 'Uncontended, one Redis: acquire and release, pairs a second',
  async run(settings) {
    const servers = await startRedisServers('redis')
    const ids = EVERYBODY.filter(settings.takesPart)
    const rates = await measurePairRates(servers.place, ids, [AT_ONCE, 1], settings)
    await servers.close()
    const many = standingOf(rates(AT_ONCE).perSecond)
    const one = standingOf(rates(1).perSecond)
    return [
      verdicts([
        {
          scenario: `${AT_ONCE} locks at once`,
          ...many,
          findings: [...atLeast(many.overRaw, 'x raw', 1.3), ...atLeast(many.overPeer, 'x peer', 1.3)],
        },
        {
          scenario: 'one client in sequence',
          ...one,
          findings: [...atLeast(one.overRaw, 'x raw', 0.75), { value: one.overPeer, of: 'x peer' }],
        },
      ]),
      everybody([
        [`${AT_ONCE} at once`, rates(AT_ONCE).perSecond],
        ["client's CPU, us", rates(AT_ONCE).cpuUs],
        ['in sequence', rates(1).perSecond],
        ["client's CPU, us", rates(1).cpuUs],
      ]),
    ].join('\n\n')
  },
}
