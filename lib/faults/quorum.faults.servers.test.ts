import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { askRedis } from '../rig/ask-redis.ts'
import { tiedFolder } from '../rig/lifeline.ts'
import type { Worker } from './crew.ts'
import { type RedisFleet, startQuorum } from './fleets.ts'
import { excluding, unforgivable } from './judge.ts'
import type { Plan } from './plan.ts'
import { publish } from './publish.ts'
import { createScene, granted, lossesOf, type Scene, sleep } from './scene.ts'

/** Longer than any test: what is gone was taken back, and did not run out. */
const LONG_TTL_MS = 25_000

const busy = (key: string, seed: number, ttlMs: number): Plan => ({
  ...{ seed, clients: 2, keys: [`${key}/a`, `${key}/b`], options: { ttlMs, waitMs: 2_000 } },
  ...{ holdMs: [10, 60], restMs: [1, 10], writeEveryMs: 5 },
})

describe('voters that fall silent', () => {
  let fleet: RedisFleet
  let scene: Scene
  let workers: [Worker, Worker]
  beforeAll(async () => {
    fleet = await startQuorum()
    scene = await createScene()
    workers = await Promise.all([scene.worker(fleet.backend), scene.worker(fleet.backend)])
  })
  afterAll(async () => {
    await scene.close()
    await fleet.close()
  })

  it('F3: nobody is granted twice while one of five stands still and comes back after the TTL', async () => {
    const ttlMs = 600
    for (const [index, worker] of workers.entries())
      await worker.ask({ act: 'start', plans: [busy('f3', index, ttlMs)] })
    await sleep(300)
    fleet.processes[0]?.freeze()
    await sleep(ttlMs * 2)
    const during = scene.judge('f3').grants
    fleet.processes[0]?.resume()
    await sleep(500)
    for (const worker of workers) await worker.ask({ act: 'stop' })
    const found = scene.judge('f3')
    publish('F3 one voter stopped', 'quorum of 5', found)
    expect(excluding(found)).toEqual([])
    expect(during).toBeGreaterThan(3)
    expect(found.grants).toBeGreaterThan(during)
  })

  it('F4: nobody is granted while a majority stands still, and nothing is left when it comes back', async () => {
    const [first, second] = workers
    for (const process of fleet.processes.slice(0, 3)) process.freeze()
    const asks = [first, second].map((worker) =>
      worker.ask({ act: 'acquire', key: 'f4', options: { ttlMs: LONG_TTL_MS } }),
    )
    const outcomes = await Promise.all(asks)
    for (const process of fleet.processes.slice(0, 3)) process.resume()
    expect(outcomes).toMatchObject([{ code: 'no_quorum' }, { code: 'no_quorum' }])
    await vi.waitFor(async () => expect(await fleet.votes('f4')).toBe(0), 15_000)
    const hold = granted(
      await first.ask({ act: 'acquire', key: 'f4', options: { ttlMs: 1_000, waitMs: 5_000 } }),
    )
    await first.ask({ act: 'release', hold: hold.hold })
    const found = scene.judge('f4')
    publish('F4 majority stopped', 'quorum of 5', found)
    expect(excluding(found)).toEqual([])
  })

  it('F4: a holder whose majority stands still knows at the end of its TTL, and not later than anybody else', async () => {
    const [first, second] = workers
    const ttlMs = 900
    granted(await first.ask({ act: 'acquire', key: 'f4-held', options: { ttlMs } }))
    for (const process of fleet.processes.slice(0, 3)) process.freeze()
    await vi.waitFor(() => expect(lossesOf(scene, 'f4-held')).toBe(1), 5_000)
    for (const process of fleet.processes.slice(0, 3)) process.resume()
    granted(await second.ask({ act: 'acquire', key: 'f4-held', options: { ttlMs, waitMs: 10_000 } }))
    expect(excluding(scene.judge('f4-held'))).toEqual([])
  })

  it('F7: a clock that jumps on a minority hands nothing to anybody else', async () => {
    const [first, second] = workers
    const options = { ttlMs: 10_000, autoRenew: false }
    granted(await first.ask({ act: 'acquire', key: 'f7-minority', options }))
    await vi.waitFor(async () => expect(await fleet.votes('f7-minority')).toBe(5), 5_000)
    // What a clock does to a key by jumping ahead of its end.
    await fleet.remove('f7-minority', fleet.servers.slice(0, 2))
    const refused = await second.ask({ act: 'acquire', key: 'f7-minority', options })
    expect(refused).toMatchObject({ code: 'timeout' })
    const found = scene.judge('f7-minority')
    publish('F7 clock jumps on two of five', 'quorum of 5', found)
    expect(excluding(found)).toEqual([])
  })

  it('F7: a clock that jumps on the one voter two majorities share makes two holders, and the fence tells them apart', async () => {
    const { backend, links } = await fleet.through()
    const [early, late] = [await scene.worker(backend), workers[1]]
    const options = { ttlMs: 10_000, autoRenew: false }
    for (const link of links.slice(3)) link.set({ kind: 'refuse' })
    const a = granted(await early.ask({ act: 'acquire', key: 'f7-shared', options }))
    await fleet.remove('f7-shared', fleet.servers.slice(2, 3))
    const b = granted(
      await late.ask({ act: 'acquire', key: 'f7-shared', options: { ...options, waitMs: 5_000 } }),
    )
    expect(await late.ask({ act: 'write', hold: b.hold })).toMatchObject({ yes: true })
    expect(await early.ask({ act: 'write', hold: a.hold })).toMatchObject({ yes: false })
    const found = scene.judge('f7-shared')
    publish('F7 clock jumps on the shared voter', 'quorum of 5', found, 'by design: no quorum outlives it')
    expect(found.overlaps).toHaveLength(1)
    expect(unforgivable(found)).toEqual([])
  })
})

describe('voters that are slow', () => {
  it.each([
    { deadline: 'the usual deadline', nodeTimeoutMs: 60 },
    { deadline: 'a deadline as long as the TTL', nodeTimeoutMs: 600 },
  ])(
    'F9: a majority that takes 0.4 TTL each way grants nothing that is worth nothing ($deadline)',
    async ({ nodeTimeoutMs }) => {
      const ttlMs = 600
      const fleet = await startQuorum()
      const scene = await createScene()
      const throughs = [await fleet.through(), await fleet.through()]
      const workers = await Promise.all(
        throughs.map(({ backend }) => scene.worker(backend, { nodeTimeoutMs })),
      )
      for (const { links } of throughs)
        for (const link of links.slice(0, 3))
          link.set({ kind: 'delay', ms: 0.4 * ttlMs, jitterMs: 0.2 * ttlMs })
      for (const [index, worker] of workers.entries())
        await worker.ask({ act: 'start', plans: [busy('f9', index, ttlMs)] })
      await sleep(2_000)
      for (const { links } of throughs) for (const link of links) link.heal()
      for (const worker of workers) await worker.ask({ act: 'stop' })
      const history = scene.history()
      const found = scene.judge()
      await scene.close()
      const left = Math.max(await fleet.votes('f9/a'), await fleet.votes('f9/b'))
      await fleet.close()
      publish(`F9 majority slow, deadline ${nodeTimeoutMs} ms`, 'quorum of 5', found)
      expect(excluding(found)).toEqual([])
      // Who is held up for a moment between being told and looking may find that little time over.
      const worthNothing = history.filter(({ at, until }) => until !== undefined && until <= at)
      expect(worthNothing.length).toBeLessThanOrEqual(1)
      expect(left).toBe(0)
    },
  )
})

describe('voters that lose their memory', () => {
  const maxTtlMs = 2_500
  let fleet: RedisFleet
  let scene: Scene
  let folders: { path: string; remove(): Promise<void> }[]
  let workers: [Worker, Worker]
  beforeEach(async () => {
    folders = await Promise.all(Array.from({ length: 5 }, () => tiedFolder('lockkeeper-aof-')))
    // Three of them keep a log, as for F6; the others come back empty.
    fleet = await startQuorum(5, maxTtlMs, (index) => [
      ...['--dir', folders[index]?.path ?? ''],
      ...(index < 3 ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : []),
    ])
    scene = await createScene()
    workers = await Promise.all([scene.worker(fleet.backend), scene.worker(fleet.backend)])
  })
  afterEach(async () => {
    await scene.close()
    await fleet.close()
    await Promise.all(folders.map((folder) => folder.remove()))
  })

  /** Held on all nodes while `forget` makes a majority forget; whether anybody else was granted meanwhile. */
  async function heldWhile(forget: () => Promise<void>, fault: string): Promise<void> {
    const [holder, rival] = workers
    const key = 'kept'
    const once = { ttlMs: maxTtlMs, autoRenew: false }
    const a = granted(await holder.ask({ act: 'acquire', key, options: once }))
    await vi.waitFor(async () => expect(await fleet.votes(key)).toBe(5), 3_000)
    await forget()
    const refused = await rival.ask({ act: 'acquire', key, options: { ttlMs: 500 } })
    const b = granted(await rival.ask({ act: 'acquire', key, options: { ttlMs: 500, waitMs: 4 * maxTtlMs } }))
    await rival.ask({ act: 'write', hold: b.hold })
    await holder.ask({ act: 'write', hold: a.hold })
    const found = scene.judge()
    publish(fault, 'quorum of 5', found)
    expect(excluding(found)).toEqual([])
    expect(refused).toMatchObject({ done: false })
  }

  it('F5: grant nothing after they were killed and came back empty, until the lock has ended', () =>
    heldWhile(async () => {
      // With their logs gone, the three of them are as empty as the others.
      for (const [index, server] of fleet.servers.slice(0, 3).entries()) {
        await server.process.kill()
        await truncateLog(folders[index]?.path ?? '', 0)
        await server.restart()
      }
    }, 'F5 majority restarted empty'))

  it('F5: grant nothing after FLUSHALL, until the lock has ended', () =>
    heldWhile(async () => {
      for (const { port } of fleet.servers.slice(0, 3)) await askRedis(port, ['FLUSHALL'])
    }, 'F5 FLUSHALL on a majority'))

  it('F6: grant nothing after the end of their logs was lost, until the lock has ended', async () => {
    const logs = folders.slice(0, 3).map(({ path }) => path)
    const sizes = await Promise.all(logs.map(logSize))
    await heldWhile(async () => {
      for (const [index, server] of fleet.servers.slice(0, 3).entries()) {
        await server.process.kill()
        await truncateLog(logs[index] ?? '', sizes[index] ?? 0)
        await server.restart()
      }
      expect(await fleet.votes('kept')).toBe(2)
    }, 'F6 majority lost the end of its log')
  })
})

async function logOf(folder: string): Promise<string> {
  const inside = join(folder, 'appendonlydir')
  const log = (await readdir(inside)).find((file) => file.endsWith('.incr.aof'))
  return join(inside, log ?? '')
}

const logSize = async (folder: string): Promise<number> => (await stat(await logOf(folder))).size

/** What a power failure does to what was not yet on the disk. */
const truncateLog = async (folder: string, size: number): Promise<void> => truncate(await logOf(folder), size)
