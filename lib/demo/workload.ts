import { setMaxListeners } from 'node:events'
import { createLocks, type Locks } from '../core/index.ts'
import { again, rest, somewhereIn } from './chance.ts'
import type { Fleet } from './fleet.ts'
import { runForeignEtcd } from './foreign-etcd.ts'
import { runForeignRedis } from './foreign-redis.ts'
import { forget } from './forgetful.ts'
import { type Job, jobs } from './jobs.ts'

/** Keeps the fleet busy at a calm pace, until it is stopped. */
export function startWorkload(fleet: Fleet): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  // Everybody who rests listens to it.
  setMaxListeners(0, signal)
  const backends = {
    payments: fleet.open('payments'),
    jobs: fleet.open('jobs'),
    infra: fleet.open('infra'),
  }
  const opened: Locks[] = []
  const locksOf = (backend: keyof typeof backends, service: string, host: string, version: string): Locks => {
    const locks = createLocks({ backend: backends[backend], owner: { service, host, version } })
    opened.push(locks)
    return locks
  }
  const running = jobs().flatMap((job) =>
    job.hosts.map((host) => work(locksOf(job.backend, job.service, host, job.version), job, signal)),
  )
  const reports = (host: string) => locksOf('jobs', 'reports', host, '2.2.0')
  running.push(...forget(reports('batch-1'), reports('batch-2'), signal))
  if (fleet.foreign) {
    running.push(runForeignRedis(fleet.voters, fleet.foreign.jobs, signal))
    running.push(runForeignEtcd(fleet.foreign.etcd, signal))
  }
  return async () => {
    stopping.abort()
    await Promise.allSettled(opened.map((locks) => locks.close()))
    await Promise.allSettled(running)
    await Promise.allSettled(Object.values(backends).map((backend) => backend.close()))
  }
}

async function work(locks: Locks, job: Job, signal: AbortSignal): Promise<void> {
  const { name, ttlMs, waitMs } = job
  await rest(somewhereIn([0, 2_000]), signal)
  await again(signal, job.pauseMs, () =>
    locks.using(name, { ttlMs, waitMs, signal }, async (hold) => {
      await rest(somewhereIn(job.holdMs), AbortSignal.any([signal, hold.signal]))
    }),
  )
}
