import type { Contender } from './contender.ts'

/** A pair is an acquire and its release. */
export interface Pace {
  pairsPerSecond: number
  /** Of this process, for each pair. */
  cpuUs: number
  /** What each pair took. */
  tookMs: number[]
}

/** One client per name, each taking its lock and giving it back for as long as the turn lasts. */
export async function runPairs(
  contender: Contender,
  names: readonly string[],
  turnMs: number,
): Promise<Pace> {
  const tookMs: number[] = []
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const endsAt = startedAt + turnMs
  const client = async (name: string) => {
    for (let sentAt = performance.now(); sentAt < endsAt; ) {
      const release = await contender.acquire(name)
      await release()
      const doneAt = performance.now()
      tookMs.push(doneAt - sentAt)
      sentAt = doneAt
    }
  }
  await Promise.all(names.map(client))
  const pairsPerSecond = (tookMs.length / (performance.now() - startedAt)) * 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { pairsPerSecond, cpuUs: (user + system) / tookMs.length, tookMs }
}

export const namesFor = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `orders/${String(at)}`)
