import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { askRedis } from '../rig/ask-redis.ts'
import { type Replication, startReplication } from '../rig/redis-replication.ts'
import { type Sentinels, startSentinels } from '../rig/redis-sentinels.ts'
import type { RedisServer } from '../rig/redis-server.ts'
import type { Worker } from './crew.ts'
import { redisAt } from './fleets.ts'
import { unforgivable } from './judge.ts'
import { notLive } from './oracles/liveness.ts'
import { publish } from './publish.ts'
import { createScene, granted, longestPause, lossesOf, type Scene, sleep } from './scene.ts'

/*
 * A lock of one Redis does not outlive a failover that lost it. What happens then is counted and published; that the
 * fences keep the order is asserted.
 */

describe('a replica that takes over by hand', () => {
  let fleet: Replication
  let scene: Scene
  beforeAll(async () => {
    fleet = await startReplication(2)
    scene = await createScene()
  })
  afterAll(async () => {
    await scene.close()
    await fleet.close()
  })

  const options = { ttlMs: 20_000, autoRenew: false }
  const replica = (index: number): RedisServer => {
    const server = fleet.replicas[index]
    if (!server) throw new Error('no such replica')
    return server
  }
  const on = ({ url }: RedisServer) => redisAt({ url })

  it('F10 and F11: makes a second holder when it never had the lock, and the fence tells them apart', async () => {
    const old = await scene.worker(on(fleet.primary))
    await fleet.detach(replica(1))
    const copy = { ...options, minReplicas: 1 }
    const copied = granted(await old.ask({ act: 'acquire', key: 'f11', options: copy }))
    await fleet.detach(replica(0))
    const uncopied = granted(await old.ask({ act: 'acquire', key: 'f10', options }))
    const careful = await old.ask({ act: 'acquire', key: 'f10-careful', options: copy })
    expect(careful).toMatchObject({ done: false, code: 'under_replicated' })

    await fleet.primary.process.kill()
    await fleet.promote(replica(1))
    const next = await scene.worker(on(replica(1)))
    for (const [key, { hold }] of Object.entries({ f11: copied, f10: uncopied })) {
      const second = granted(await next.ask({ act: 'acquire', key, options }))
      expect(await next.ask({ act: 'write', hold: second.hold })).toMatchObject({ yes: true })
      expect(await old.ask({ act: 'write', hold })).toMatchObject({ yes: false })
    }
    const [f10, f11] = [scene.judge('f10'), scene.judge('f11')]
    publish(
      'F10 failover before replication',
      'replicas',
      f10,
      'minReplicas: 1 was refused as under_replicated',
    )
    publish('F11 another replica promoted', 'replicas', f11, 'minReplicas: 1 had been granted')
    expect([...unforgivable(f10), ...unforgivable(f11)]).toEqual([])
    expect([f10.overlaps.length, f11.overlaps.length]).toEqual([1, 1])
  })

  it('F32: a server that became a replica grants nothing, and says what it is', async () => {
    const former = replica(1)
    const worker = await scene.worker(on(former))
    const { hold } = granted(await worker.ask({ act: 'acquire', key: 'f32', options: { ttlMs: 900 } }))
    await askRedis(former.port, ['REPLICAOF', '127.0.0.1', String(replica(0).port)])
    const refused = await worker.ask({ act: 'acquire', key: 'f32/other', options: { ttlMs: 900 } })
    await vi.waitFor(() => expect(lossesOf(scene, 'f32')).toBe(1), 5_000)
    expect(refused).toMatchObject({
      code: 'backend_unavailable',
      hint: expect.stringMatching(/replica|primary/),
    })
    expect(await worker.ask({ act: 'write', hold })).toMatchObject({ done: true })
  })
})

describe('behind Sentinels', () => {
  let fleet: Sentinels
  let scene: Scene
  let workers: [Worker, Worker]
  beforeEach(async ({ task }) => {
    fleet = await startSentinels({ downAfterMs: task.name.startsWith('F13') ? 10_000 : 500 })
    scene = await createScene()
    const nodes = fleet.sentinels.map(({ port }) => `redis://127.0.0.1:${port}`)
    const backend = redisAt({ sentinel: { name: fleet.name, nodes } })
    workers = await Promise.all([scene.worker(backend), scene.worker(backend)])
  })
  afterEach(async () => {
    await scene.close()
    await fleet.close()
  })

  const begin = async (ttlMs: number) => {
    for (const [seed, worker] of workers.entries()) {
      const plan = {
        ...{ seed, clients: 3, keys: ['busy/a', 'busy/b'], options: { ttlMs, waitMs: 3_000 } },
        ...({ holdMs: [10, 60], restMs: [1, 10], writeEveryMs: 10, careless: true } as const),
      }
      await worker.ask({ act: 'start', plans: [plan] })
    }
    await sleep(500)
  }
  /** Heals, lets everybody go on until all locks are taken again, and ends. */
  const finish = async (fault: string) => {
    scene.note('heal')
    const busy = () => scene.history().filter(({ key }) => key === '' || key.startsWith('busy'))
    await vi.waitFor(() => expect(notLive(busy(), 15_000)).toEqual([]), 15_000)
    for (const worker of workers) await worker.ask({ act: 'stop' })
    const found = scene.judge()
    publish(fault, 'Sentinel', found, `longest pause between grants ${longestPause(scene)} ms`)
    expect(unforgivable(found)).toEqual([])
    return found
  }

  it('F12: locks can be had again after the primary was killed, and no late write is taken', async () => {
    await begin(1_000)
    const before = await fleet.primaryPort()
    await fleet.servers[0]?.process.kill()
    await fleet.untilFailedOver(before)
    await finish('F12 primary killed')
  })

  it('F12 and F32: nor after a primary stood still, was replaced and came back', async () => {
    await begin(1_000)
    const before = await fleet.primaryPort()
    fleet.servers[0]?.process.freeze()
    await fleet.untilFailedOver(before)
    fleet.servers[0]?.process.resume()
    await sleep(1_000)
    await finish('F12 primary stood still')
  })

  it('F13: holders learn that the primary came back empty before anybody noticed', async () => {
    const [holder] = workers
    granted(await holder.ask({ act: 'acquire', key: 'f13', options: { ttlMs: 9_000 } }))
    await begin(1_000)
    await fleet.servers[0]?.restart()
    await vi.waitFor(() => expect(lossesOf(scene, 'f13')).toBe(1), 8_000)
    await finish('F13 primary restarted empty')
  })
})
