import { again, rest, somewhereIn } from './chance.ts'
import type { Fleet } from './fleet.ts'
import { runForeignEtcd } from './foreign-etcd.ts'
import { runForeignRedis } from './foreign-redis.ts'
import { type Job, jobs } from './jobs.ts'
import { deadlock } from './scene-deadlock.ts'
import { endless } from './scene-endless.ts'
import { forget } from './scene-forgetful.ts'
import { ghosts } from './scene-ghosts.ts'
import { maintenance } from './scene-maintenance.ts'
import { misled } from './scene-misled.ts'
import { openStage, type Stage } from './stage.ts'

const CONNECTED_AFTER_MS = 1_000
const SCENES = [deadlock, endless, forget, ghosts, maintenance, misled]

/** Keeps the fleet busy at a calm pace, until it is stopped. What there is to see is listed in `sights.ts`. */
export function startWorkload(fleet: Fleet): () => Promise<void> {
  const stage = openStage(fleet)
  const running: Promise<unknown>[] = [
    ...jobs().flatMap((job) => job.hosts.map((host) => work(stage, job, host))),
    // By then everybody is connected.
    rest(CONNECTED_AFTER_MS, stage.signal).then(() => Promise.all(SCENES.flatMap((play) => play(stage)))),
  ]
  if (fleet.foreign) {
    running.push(runForeignRedis(fleet.voters, fleet.foreign.jobs, stage.signal))
    running.push(runForeignEtcd(fleet.foreign.etcd, stage.signal))
  }
  return async () => {
    await stage.close()
    await Promise.allSettled(running)
  }
}

async function work(stage: Stage, job: Job, host: string): Promise<void> {
  const { signal } = stage
  const { backend, service, version, name, ttlMs, waitMs } = job
  const locks = stage.locks(backend, { service, host, version })
  await rest(somewhereIn([0, 2_000]), signal)
  await again(signal, job.pauseMs, () =>
    locks.using(name, { ttlMs, waitMs, signal }, async (hold) => {
      await rest(somewhereIn(job.holdMs), AbortSignal.any([signal, hold.signal]))
    }),
  )
}
