import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Worker } from './crew.ts'
import { type Fleet, startEtcdFleet, startLone, startQuorum } from './fleets.ts'
import { excluding } from './judge.ts'
import { publish } from './publish.ts'
import { createScene, granted, lossesOf, type Scene, sleep } from './scene.ts'

const kinds: { kind: string; start: () => Promise<Fleet>; ttlMs: number }[] = [
  { kind: 'one Redis', start: () => startLone(), ttlMs: 500 },
  { kind: 'quorum of 5', start: () => startQuorum(), ttlMs: 800 },
  // Leases count in whole seconds.
  { kind: 'etcd', start: () => startEtcdFleet(), ttlMs: 1_000 },
]

const HOUR_MS = 3_600_000

describe.each(kinds)('a holder that stands still, on $kind', ({ kind, start, ttlMs }) => {
  let fleet: Fleet
  let scene: Scene
  let workers: [Worker, Worker]
  beforeAll(async () => {
    fleet = await start()
    scene = await createScene()
    workers = await Promise.all([scene.worker(fleet.backend), scene.worker(fleet.backend)])
  })
  afterAll(async () => {
    await scene.close()
    await fleet.close()
  })

  it('F1: is refused by the resource when it was stopped for longer than its TTL and writes at once', async () => {
    const [stopped, next] = workers
    const plan = {
      ...{ seed: 1, clients: 1, keys: ['f1'], options: { ttlMs, waitMs: 5_000 } },
      ...({ holdMs: [60_000, 60_000], restMs: [1, 1], writeEveryMs: 10, careless: true } as const),
    }
    await stopped.ask({ act: 'start', plans: [plan] })
    await vi.waitFor(() => expect(scene.judge('f1').guardedWrites).toBeGreaterThan(3), 10_000)
    const old = scene.lastHold('f1')
    stopped.pause()
    const { hold } = granted(
      await next.ask({ act: 'acquire', key: 'f1', options: { ttlMs, waitMs: 15_000 } }),
    )
    expect(await next.ask({ act: 'write', hold })).toMatchObject({ yes: true })
    stopped.resume()
    const lost = { looks: [{ remainingMs: 0, aborted: 'lost' }] }
    expect(await stopped.ask({ act: 'look', hold: old })).toMatchObject(lost)
    await vi.waitFor(() => expect(scene.judge('f1').refusedWrites).toBeGreaterThan(3), 10_000)
    await next.ask({ act: 'release', hold })
    await stopped.ask({ act: 'stop' })
    const found = scene.judge('f1')
    publish('F1 holder stopped', kind, found, 'only without a guard are stale writes taken')
    expect(excluding(found)).toEqual([])
    expect(found.lateWritesUnguarded.length).toBeGreaterThan(0)
  })

  it('F2: knows at once, after its event loop stalled, that nothing remains', async () => {
    const [worker] = workers
    const { hold } = granted(
      await worker.ask({ act: 'acquire', key: 'f2', options: { ttlMs, waitMs: 10_000 } }),
    )
    expect(await worker.ask({ act: 'stall', hold, ms: 2.5 * ttlMs })).toMatchObject({
      looks: [
        { remainingMs: 0, aborted: null },
        { remainingMs: 0, aborted: 'lost' },
      ],
    })
  })

  it('F2: counts its time right when the wall clock is set back and forth', async () => {
    const [worker] = workers
    const once = { ttlMs, autoRenew: false }
    const { hold } = granted(await worker.ask({ act: 'acquire', key: 'f2-clock', options: once }))
    await worker.ask({ act: 'turn', byMs: HOUR_MS })
    expect(await worker.ask({ act: 'look', hold })).toMatchObject({ looks: [{ aborted: null }] })
    await worker.ask({ act: 'turn', byMs: -2 * HOUR_MS })
    await sleep(ttlMs)
    const over = { looks: [{ remainingMs: 0, aborted: 'lost' }] }
    expect(await worker.ask({ act: 'look', hold })).toMatchObject(over)
    await worker.ask({ act: 'turn', byMs: HOUR_MS })
  })

  it('F41: leaves the next holder alone when it lets go after its time', async () => {
    const [old, next] = workers
    granted(await old.ask({ act: 'acquire', key: 'f41', options: { ttlMs } }))
    old.pause()
    const longer = { ttlMs: 5_000, waitMs: 15_000 }
    const { hold } = granted(await next.ask({ act: 'acquire', key: 'f41', options: longer }))
    old.resume()
    await vi.waitFor(() => expect(lossesOf(scene, 'f41')).toBe(1), 5_000)
    // What is lost is given back, too late here.
    await sleep(200)
    expect(await next.ask({ act: 'renew', hold })).toMatchObject({ yes: true })
    await next.ask({ act: 'release', hold })
    expect(excluding(scene.judge('f41'))).toEqual([])
  })
})
