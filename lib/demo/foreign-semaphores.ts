import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { again, rest, somewhereIn } from './chance.ts'

/** npm redis-semaphore: a sorted set of holders, scored by when each was granted or renewed; a mutex is a string. */
const PERMITS = 3
const WORKERS = 5
const TIMEOUT_MS = 10_000

const TAKE = `redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3] - ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[4])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

export function playSemaphores(jobs: Redis, signal: AbortSignal): Promise<void>[] {
  return [
    ...Array.from({ length: WORKERS }, () => again(signal, [500, 2_000], () => shared(jobs, signal))),
    again(signal, [2_000, 4_000], () => mutex(jobs, signal)),
  ]
}

async function shared(jobs: Redis, signal: AbortSignal): Promise<void> {
  const key = 'semaphore:thumbnails'
  const token = randomUUID()
  if ((await jobs.eval(TAKE, 1, key, PERMITS, TIMEOUT_MS, Date.now(), token)) !== 1) return
  await rest(somewhereIn([2_000, 7_000]), signal)
  await jobs.zrem(key, token)
}

async function mutex(jobs: Redis, signal: AbortSignal): Promise<void> {
  const key = 'mutex:avatars'
  if ((await jobs.set(key, randomUUID(), 'PX', TIMEOUT_MS, 'NX')) !== 'OK') return
  await rest(somewhereIn([2_000, 6_000]), signal)
  await jobs.del(key)
}
