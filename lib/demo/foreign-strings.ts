import { randomBytes, randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { again, rest, somewhereIn } from './chance.ts'
import { timeUuid } from './time-uuid.ts'

/** Locks that are one string: each library has its own idea of what to write into it. */
const DELETE_IF_OURS = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

const hex = (): string => randomBytes(16).toString('hex')

const take = async (client: Redis, key: string, token: string, ttlMs: number): Promise<boolean> =>
  (await client.set(key, token, 'PX', ttlMs, 'NX')) === 'OK'

const giveBack = async (client: Redis, key: string, token: string): Promise<void> => {
  await client.eval(DELETE_IF_OURS, 1, key, token)
}

export function playStrings(jobs: Redis, quorum: readonly Redis[], signal: AbortSignal): Promise<void>[] {
  return [
    again(signal, [1_000, 4_000], () => onQuorum(quorum, 'lock:catalog/import', signal)),
    ...['cleanup', 'cleanup', 'digest'].map((task) =>
      again(signal, [1_000, 3_000], () => onOne(jobs, `legacy:cron/${task}`, hex(), signal)),
    ),
    again(signal, [60_000, 90_000], () => crashed(jobs)),
    // redis-py and django-redis: the time of asking and the machine are in the token.
    again(signal, [1_000, 3_000], () =>
      onOne(jobs, 'lock:exports:daily', timeUuid().replaceAll('-', ''), signal),
    ),
    again(signal, [8_000, 12_000], () => scheduled(jobs, signal)),
    again(signal, [3_000, 6_000], () => unsafe(jobs, signal)),
  ]
}

/** node-redlock on all voters. */
async function onQuorum(quorum: readonly Redis[], key: string, signal: AbortSignal): Promise<void> {
  const token = hex()
  await Promise.allSettled(quorum.map((client) => take(client, key, token, 10_000)))
  await rest(somewhereIn([3_000, 7_000]), signal)
  await Promise.allSettled(quorum.map((client) => giveBack(client, key, token)))
}

async function onOne(jobs: Redis, key: string, token: string, signal: AbortSignal): Promise<void> {
  if (!(await take(jobs, key, token, 10_000))) return
  await rest(somewhereIn([2_000, 6_000]), signal)
  await giveBack(jobs, key, token)
}

/** Taken without a TTL by a process that is long gone: it stays until somebody steps in. */
async function crashed(jobs: Redis): Promise<void> {
  await jobs.set('legacy:export/customers', hex(), 'NX')
}

/** ShedLock: after the task the key stays as long as it must be locked at least. */
async function scheduled(jobs: Redis, signal: AbortSignal): Promise<void> {
  const key = 'job-lock:prod:nightly-invoices'
  const added = `ADDED:${new Date().toISOString()}@batch-2.internal:${randomUUID()}`
  if (!(await take(jobs, key, added, 30_000))) return
  await rest(somewhereIn([4_000, 8_000]), signal)
  await jobs.set(key, added, 'PX', 5_000, 'XX')
}

/** npm redis-lock: the value is when it ends, and nobody compares anything when it deletes. */
async function unsafe(jobs: Redis, signal: AbortSignal): Promise<void> {
  const ttlMs = 9_000
  if (!(await take(jobs, 'lock.sitemap', String(Date.now() + ttlMs + 1), ttlMs))) return
  await rest(somewhereIn([4_000, 8_000]), signal)
  await jobs.del('lock.sitemap')
}
