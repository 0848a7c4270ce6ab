import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Fleet, startLone, startQuorum } from './fleets.ts'
import { excluding } from './judge.ts'
import { publish } from './publish.ts'
import { createScene, granted, type Scene, sleep } from './scene.ts'
import { spansOf } from './spans.ts'

const kinds: {
  kind: string
  start: () => Promise<Fleet>
  ttlMs: number
  waiters: number
  isAlone: boolean
}[] = [
  { kind: 'one Redis', start: () => startLone(), ttlMs: 600, waiters: 200, isAlone: true },
  { kind: 'quorum of 5', start: () => startQuorum(), ttlMs: 900, waiters: 80, isAlone: false },
]

const HOUR_MS = 3_600_000

describe.each(kinds)('many at once, on $kind', ({ kind, start, ttlMs, waiters, isAlone }) => {
  let fleet: Fleet
  let scene: Scene
  beforeAll(async () => {
    fleet = await start()
  })
  afterAll(() => fleet.close())
  beforeEach(async () => {
    scene = await createScene()
  })
  afterEach(() => scene.close())

  it('F40: three permits are never four, with wall clocks an hour apart and a holder killed', async () => {
    const [slow, fast, doomed] = await Promise.all([
      scene.worker(fleet.backend, { clockErrorMs: -HOUR_MS }),
      scene.worker(fleet.backend, { clockErrorMs: HOUR_MS }),
      scene.worker(fleet.backend),
    ])
    const plan = (seed: number) => ({
      ...{ seed, clients: 4, keys: ['f40'], options: { ttlMs, permits: 3, waitMs: 3_000 } },
      ...({ holdMs: [5, 40], restMs: [1, 10], writeEveryMs: 10 } as const),
    })
    for (const [index, worker] of [slow, fast].entries())
      await worker.ask({ act: 'start', plans: [plan(index)] })
    granted(await doomed.ask({ act: 'acquire', key: 'f40', options: { ttlMs, permits: 3, waitMs: 10_000 } }))
    await sleep(300)
    await doomed.kill()
    await sleep(1_500)
    for (const worker of [slow, fast]) await worker.ask({ act: 'stop' })
    const found = scene.judge()
    const most = mostAtOnce(scene)
    publish('F40 semaphore of three', kind, found, `at most ${most} at once`)
    expect(excluding(found)).toEqual([])
    expect(found.grants).toBeGreaterThan(10)
    expect(most).toBe(3)
  })

  it('and nothing broken: all answers fit one order of what was done, refusals too where one node decides', async () => {
    const workers = await Promise.all([scene.worker(fleet.backend), scene.worker(fleet.backend)])
    for (const [seed, worker] of workers.entries()) {
      const plan = (key: string, permits: number) => ({
        ...{ seed, clients: 3, keys: [key], options: { ttlMs: 5_000, permits } },
        ...({ holdMs: [1, 20], restMs: [1, 20], writeEveryMs: 5 } as const),
      })
      await worker.ask({ act: 'start', plans: [plan('calm', 1), plan('calm-three', 3)] })
    }
    await sleep(1_000)
    for (const worker of workers) await worker.ask({ act: 'stop' })
    expect(excluding(scene.judge('', isAlone))).toEqual([])
    expect(scene.history().filter(({ detail }) => detail === 'held').length).toBeGreaterThan(10)
  })

  it('F42: of a crowd of waiters one holds at a time, and all of them in the end, when the holder is killed', async () => {
    const [doomed, ...crowd] = await Promise.all(Array.from({ length: 5 }, () => scene.worker(fleet.backend)))
    if (!doomed) throw new Error('no worker')
    granted(await doomed.ask({ act: 'acquire', key: 'f42', options: { ttlMs } }))
    for (const [seed, worker] of crowd.entries()) {
      const plan = {
        ...{ seed, clients: waiters / 4, keys: ['f42'], options: { ttlMs, waitMs: 60_000 } },
        ...({ holdMs: [0, 1], restMs: [60_000, 60_000], writeEveryMs: 1 } as const),
      }
      await worker.ask({ act: 'start', plans: [plan] })
    }
    await sleep(500)
    await doomed.kill()
    await vi.waitFor(() => expect(spansOf(scene.history()).length).toBe(waiters + 1), {
      timeout: 25_000,
      interval: 200,
    })
    const found = scene.judge()
    publish('F42 holder of a crowd killed', kind, found, `${waiters} waited ${waits(scene)}`)
    expect(excluding(found)).toEqual([])
  })
})

function mostAtOnce(scene: Scene): number {
  const moments = spansOf(scene.history()).flatMap(({ grantedAt, endsAt }) => [
    { at: grantedAt, step: 1 },
    { at: endsAt, step: -1 },
  ])
  let [now, most] = [0, 0]
  for (const { step } of moments.sort((a, b) => a.at - b.at || a.step - b.step)) {
    now += step
    most = Math.max(most, now)
  }
  return most
}

function waits(scene: Scene): string {
  const all = spansOf(scene.history()).map(({ askedAt, grantedAt }) => grantedAt - askedAt)
  const sorted = all.sort((a, b) => a - b)
  const at = (part: number) => `${Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? 0)} ms`
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, longest ${at(1)}`
}
