import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type RedisCluster, startCluster } from '../rig/redis-cluster.ts'
import type { Worker } from './crew.ts'
import { redisAt } from './fleets.ts'
import { excluding, unforgivable } from './judge.ts'
import { notLive } from './oracles/liveness.ts'
import { publish } from './publish.ts'
import { createScene, granted, longestPause, type Scene, sleep } from './scene.ts'

let cluster: RedisCluster
let scene: Scene
let workers: [Worker, Worker]
beforeAll(async () => {
  cluster = await startCluster({ replicas: true })
  scene = await createScene()
  const backend = redisAt({ cluster: cluster.urls })
  workers = await Promise.all([scene.worker(backend), scene.worker(backend)])
})
afterAll(async () => {
  await scene.close()
  await cluster.close()
})

const busy = (key: string, seed: number) => ({
  ...{ seed, clients: 3, keys: [key], options: { ttlMs: 1_500, waitMs: 3_000 } },
  ...({ holdMs: [10, 60], restMs: [1, 10], writeEveryMs: 10, careless: true } as const),
})
const lockKey = (key: string) => `lk:{${key}}`

it('F31: a lock survives that its slot moves to another primary', async () => {
  const [holder, rival] = workers
  const { hold } = granted(await holder.ask({ act: 'acquire', key: 'f31-held', options: { ttlMs: 4_000 } }))
  for (const [seed, worker] of workers.entries())
    await worker.ask({ act: 'start', plans: [busy('f31-busy', seed)] })
  await sleep(300)
  for (const key of ['f31-held', 'f31-busy']) {
    const from = await cluster.ownerOf(lockKey(key))
    const to = cluster.primaries.find((each) => each !== from) ?? from
    const move = await cluster.beginMove(lockKey(key), to)
    await sleep(400)
    expect(await rival.ask({ act: 'acquire', key: 'f31-held', options: { ttlMs: 1_000 } })).toMatchObject({
      done: false,
    })
    await move.finish()
  }
  scene.note('heal')
  await vi.waitFor(() => expect(notLive(only('f31-busy'), 10_000)).toEqual([]), 10_000)
  for (const worker of workers) await worker.ask({ act: 'stop' })
  expect(await holder.ask({ act: 'renew', hold })).toMatchObject({ yes: true })
  await holder.ask({ act: 'release', hold })
  granted(await rival.ask({ act: 'acquire', key: 'f31-held', options: { ttlMs: 1_000 } }))
  const found = scene.judge('f31')
  publish('F31 slots moved', 'Redis Cluster', found, `longest pause between grants ${longestPause(scene)} ms`)
  expect(excluding(found)).toEqual([])
})

it('F31: locks can be had again after a replica took over from a killed primary', async () => {
  const key = 'failover'
  for (const [seed, worker] of workers.entries()) await worker.ask({ act: 'start', plans: [busy(key, seed)] })
  await sleep(500)
  const primary = await cluster.ownerOf(lockKey(key))
  const replica = cluster.replicas[cluster.primaries.indexOf(primary)]
  if (!replica) throw new Error('no replica')
  await primary.process.kill()
  await cluster.failOver(replica)
  scene.note('heal')
  await vi.waitFor(() => expect(notLive(only(key), 15_000)).toEqual([]), 15_000)
  for (const worker of workers) await worker.ask({ act: 'stop' })
  const found = scene.judge(key)
  publish('F31 primary killed', 'Redis Cluster', found)
  expect(unforgivable(found)).toEqual([])
})

const only = (key: string) => scene.history().filter((entry) => entry.key === key || entry.op === 'heal')
