import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { again, rest, somewhereIn } from './chance.ts'

/** BullMQ: a worker holds the job that it works on. Beside the lock there are the job and what is known of the queue. */
const QUEUE = 'bull:emails'
const LOCK_MS = 30_000
const WORKERS = 2

export function playBullmq(jobs: Redis, signal: AbortSignal): Promise<void>[] {
  let id = 0
  return Array.from({ length: WORKERS }, () => {
    const worker = randomUUID()
    return again(signal, [500, 2_000], () => {
      id += 1
      return workOn(jobs, `${QUEUE}:${id}`, `${worker}:${id}`, signal)
    })
  })
}

async function workOn(jobs: Redis, key: string, token: string, signal: AbortSignal): Promise<void> {
  const now = Date.now()
  await jobs
    .multi()
    .hset(`${QUEUE}:meta`, 'opts.maxLenEvents', 10_000, 'version', 'bullmq:5.81.5')
    .hset(key, 'name', 'welcome', 'data', '{}', 'opts', '{}', 'timestamp', now - 200, 'delay', 0)
    .hset(key, 'priority', 0, 'processedOn', now, 'ats', 1)
    .set(`${key}:lock`, token, 'PX', LOCK_MS)
    .exec()
  await rest(somewhereIn([3_000, 8_000]), signal)
  await jobs.del(`${key}:lock`, key)
}
