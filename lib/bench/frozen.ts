import { setTimeout as pause } from 'node:timers/promises'
import { type CandidateId, closeAll, openAll } from './candidates.ts'
import type { Contender } from './contender.ts'
import { namesFor, runPairs } from './pace.ts'
import { ratioOf } from './rounds.ts'
import type { RedisServers } from './servers.ts'
import type { Settings } from './settings.ts'
import { median, percentile } from './stats.ts'

/** The 99th percentile of a pair in milliseconds. Infinity: it stood still. */
export interface Frozen {
  healthyMs: number
  frozenMs: number
  ratio: number
}

interface Runner {
  contender: Contender
  healthy: number[]
  frozen: number[]
  isStuck: boolean
}

/** Beyond its turn, before it counts as standing still. */
const GRACE_MS = 2_000
/** For a node that was frozen to work off what was sent to it meanwhile. */
const RECOVERY_MS = 500

/** In turns: everybody with all nodes in health, then everybody with one of them frozen. */
export async function measureFrozen(
  servers: RedisServers,
  ids: readonly CandidateId[],
  count: number,
  { rounds, turnMs }: Settings,
): Promise<Map<CandidateId, Frozen>> {
  const opened = await openAll(ids, servers.place)
  const runners = new Map(
    [...opened].map(([id, contender]): [CandidateId, Runner] => [
      id,
      { contender, healthy: [], frozen: [], isStuck: false },
    ]),
  )
  const everybody = async (state: 'healthy' | 'frozen', suffix: string) => {
    for (const runner of runners.values()) {
      if (!runner.isStuck) runner[state].push(await turn(runner, count, turnMs, suffix))
    }
  }
  const victim = servers.all.at(-1)?.process
  for (const { contender } of runners.values()) await runPairs(contender, namesFor(count), turnMs)
  for (let round = 0; round < rounds; round += 1) {
    await everybody('healthy', `${round}`)
    victim?.freeze()
    await everybody('frozen', `${round}-frozen`)
    victim?.resume()
    await pause(RECOVERY_MS)
  }
  await closeAll(opened)
  return new Map([...runners].map(([id, runner]) => [id, summaryOf(runner)]))
}

/** Every turn has locks of its own, so that nobody trips over what a stuck one left behind. */
async function turn(runner: Runner, count: number, turnMs: number, suffix: string): Promise<number> {
  const names = namesFor(count).map((name) => `${name}/${suffix}`)
  const running = runPairs(runner.contender, names, turnMs)
  running.catch(() => {})
  const pace = await Promise.race([running, pause(turnMs + GRACE_MS, null)])
  if (pace) return percentile(pace.tookMs, 0.99)
  runner.isStuck = true
  return Number.POSITIVE_INFINITY
}

const summaryOf = ({ healthy, frozen, isStuck }: Runner): Frozen => ({
  healthyMs: median(healthy),
  frozenMs: isStuck ? Number.POSITIVE_INFINITY : median(frozen),
  ratio: isStuck ? Number.POSITIVE_INFINITY : ratioOf(frozen, healthy),
})
