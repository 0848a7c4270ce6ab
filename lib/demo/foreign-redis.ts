import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { closeRedis, isReady, openRedis } from '../engines/redis/connect.ts'
import { again, rest, somewhereIn } from './chance.ts'
import type { DemoServer } from './fleet.ts'

/*
 * Services that use another library: the resource's own name as the key, 32 random hex digits as the value, and a
 * compare-and-delete. Written by hand, so that the demo needs no other library.
 */
const DELETE_IF_OURS = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`
const CONNECT_WITHIN_MS = 2_000

const newToken = (): string => randomBytes(16).toString('hex')

const take = async (client: Redis, key: string, token: string, ttlMs: number): Promise<boolean> =>
  (await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK'

const giveBack = async (client: Redis, key: string, token: string): Promise<void> => {
  await client.eval(DELETE_IF_OURS, 1, key, token)
}

export async function runForeignRedis(
  voters: readonly DemoServer[],
  jobsUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const quorum = voters.map((voter) => openRedis(voter.url, 'catalog'))
  const jobs = openRedis(jobsUrl, 'legacy')
  await Promise.all([...quorum, jobs].map((client) => isReady(client, CONNECT_WITHIN_MS)))
  await Promise.all([
    again(signal, [1_000, 4_000], () => onQuorum(quorum, 'lock:catalog/import', signal)),
    again(signal, [25_000, 35_000], () => halfDone(quorum)),
    again(signal, [30_000, 45_000], () => splitVotes(quorum)),
    ...['cleanup', 'cleanup', 'digest'].map((task) =>
      again(signal, [1_000, 3_000], () => onOne(jobs, `legacy:cron/${task}`, signal)),
    ),
    again(signal, [60_000, 90_000], () => crashed(jobs)),
  ])
  for (const client of [...quorum, jobs]) closeRedis(client)
}

async function onQuorum(quorum: readonly Redis[], key: string, signal: AbortSignal): Promise<void> {
  const token = newToken()
  await Promise.allSettled(quorum.map((client) => take(client, key, token, 10_000)))
  await rest(somewhereIn([3_000, 7_000]), signal)
  await Promise.allSettled(quorum.map((client) => giveBack(client, key, token)))
}

/** A client that died between its second and its third vote. */
async function halfDone(quorum: readonly Redis[]): Promise<void> {
  const token = newToken()
  await Promise.allSettled(
    quorum.slice(0, 2).map((client) => take(client, 'lock:catalog/prices', token, 14_000)),
  )
}

/** Three that began at the same moment and did not give back what they got. */
async function splitVotes(quorum: readonly Redis[]): Promise<void> {
  const tokens = [newToken(), newToken(), newToken()]
  await Promise.allSettled(
    quorum.map((client, at) => take(client, 'lock:catalog/images', tokens[at % 3] ?? '', 12_000)),
  )
}

async function onOne(jobs: Redis, key: string, signal: AbortSignal): Promise<void> {
  const token = newToken()
  if (!(await take(jobs, key, token, 10_000))) return
  await rest(somewhereIn([2_000, 6_000]), signal)
  await giveBack(jobs, key, token)
}

/** Taken without a TTL by a process that is long gone: it stays until somebody steps in. */
async function crashed(jobs: Redis): Promise<void> {
  await jobs.set('legacy:export/customers', newToken(), 'NX')
}
