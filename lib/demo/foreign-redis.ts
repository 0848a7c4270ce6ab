import { closeRedis, isReady, openRedis } from '../engines/redis/connect.ts'
import type { DemoServer } from './fleet.ts'
import { playBullmq } from './foreign-bullmq.ts'
import { playRedisson } from './foreign-redisson.ts'
import { playSemaphores } from './foreign-semaphores.ts'
import { playStrings } from './foreign-strings.ts'

/*
 * Services that use other libraries, as those write their locks. Written by hand, so that the demo needs no other library.
 */
const CONNECT_WITHIN_MS = 2_000

export async function runForeignRedis(
  voters: readonly DemoServer[],
  jobsUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const quorum = voters.map((voter) => openRedis(voter.url, 'catalog'))
  const jobs = openRedis(jobsUrl, 'legacy')
  await Promise.all([...quorum, jobs].map((client) => isReady(client, CONNECT_WITHIN_MS)))
  await Promise.all([
    ...playStrings(jobs, quorum, signal),
    ...playSemaphores(jobs, signal),
    ...playRedisson(jobs, signal),
    ...playBullmq(jobs, signal),
  ])
  for (const client of [...quorum, jobs]) closeRedis(client)
}
