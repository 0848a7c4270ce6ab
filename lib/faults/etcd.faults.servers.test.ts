import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { EtcdMember } from '../rig/etcd-cluster.ts'
import type { Worker } from './crew.ts'
import { type EtcdFleet, startEtcdFleet } from './fleets.ts'
import { excluding } from './judge.ts'
import { excludingButOldLeaders, RESUMED } from './old-leader.ts'
import { notLive } from './oracles/liveness.ts'
import { publish } from './publish.ts'
import { createScene, granted, longestPause, type Scene, sleep } from './scene.ts'

let fleet: EtcdFleet
let scene: Scene
beforeAll(async () => {
  fleet = await startEtcdFleet()
})
afterAll(() => fleet.close())
beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.close())

const first = (): EtcdMember => {
  const [member] = fleet.cluster.members
  if (!member) throw new Error('no member')
  return member
}

const twoWorkers = (): Promise<[Worker, Worker]> =>
  Promise.all([scene.worker(fleet.backend), scene.worker(fleet.backend)])

const busy = (key: string, seed: number, ttlMs: number) => ({
  ...{ seed, clients: 2, keys: [`${key}/a`, `${key}/b`], options: { ttlMs, waitMs: 2_000 } },
  ...({ holdMs: [10, 60], restMs: [1, 10], writeEveryMs: 10 } as const),
})

it('F15: a holder keeps its lock when the leader is killed, and others go on', async () => {
  const [holder, other] = await twoWorkers()
  const { hold } = granted(
    await holder.ask({ act: 'acquire', key: 'f15/held', options: { ttlMs: 8_000, waitMs: 5_000 } }),
  )
  await other.ask({ act: 'start', plans: [busy('f15', 1, 8_000)] })
  await sleep(500)
  const leader = await leaderOf(fleet)
  await leader.process.kill()
  await sleep(4_000)
  const look = await holder.ask({ act: 'look', hold })
  await leader.restart()
  scene.note('heal')
  await vi.waitFor(() => expect(notLive(onlyBusy(scene, 'f15/held'), 15_000)).toEqual([]), 15_000)
  await other.ask({ act: 'stop' })
  expect(await holder.ask({ act: 'write', hold })).toMatchObject({ yes: true })
  await holder.ask({ act: 'release', hold })
  const found = scene.judge()
  publish('F15 leader killed', 'etcd', found, `longest pause between grants ${longestPause(scene)} ms`)
  expect(excluding(found)).toEqual([])
  expect(look).toMatchObject({ looks: [{ aborted: null }] })
})

it('F16: a holder that is cut off knows no later than anybody else is granted', async () => {
  const ttlMs = 2_000
  const { backend, links } = await fleet.through()
  const [holder, next] = await Promise.all([scene.worker(backend), scene.worker(fleet.backend)])
  granted(await holder.ask({ act: 'acquire', key: 'f16', options: { ttlMs, waitMs: 5_000 } }))
  for (const link of links) link.set({ kind: 'stall' })
  granted(await next.ask({ act: 'acquire', key: 'f16', options: { ttlMs, waitMs: 15_000 } }))
  const lost = scene.history().findIndex(({ op, key }) => op === 'lost' && key === 'f16')
  for (const link of links) link.heal()
  const found = scene.judge()
  publish('F16 holder cut off', 'etcd', found)
  expect(excluding(found)).toEqual([])
  expect(lost).toBeGreaterThan(-1)
})

it('F17: a waiter whose lease ended while it was cut off is not granted behind the next one', async () => {
  const ttlMs = 2_000
  const { backend, links } = await fleet.through()
  const [holder, waiter] = await Promise.all([scene.worker(fleet.backend), scene.worker(backend)])
  const options = { ttlMs, waitMs: 5_000 }
  const { hold } = granted(await holder.ask({ act: 'acquire', key: 'f17', options }))
  const waiting = waiter.ask({ act: 'acquire', key: 'f17', options: { ttlMs, waitMs: 12_000 } })
  await sleep(500)
  for (const link of links) link.set({ kind: 'stall' })
  // Its lease is granted anew for every renewal of what it shares with nobody, so that this is long enough.
  await sleep(ttlMs * 2)
  await holder.ask({ act: 'release', hold })
  const again = granted(await holder.ask({ act: 'acquire', key: 'f17', options }))
  for (const link of links) link.heal()
  await sleep(1_000)
  expect(await holder.ask({ act: 'write', hold: again.hold })).toMatchObject({ yes: true })
  await holder.ask({ act: 'release', hold: again.hold })
  await waiting
  const found = scene.judge()
  publish('F17 waiter cut off', 'etcd', found)
  expect(excluding(found)).toEqual([])
})

it('F18: a leader that stalls and comes back ends no live hold in silence', async () => {
  const ttlMs = 2_000
  const workers = await twoWorkers()
  for (const [index, worker] of workers.entries())
    await worker.ask({ act: 'start', plans: [busy('f18', index, ttlMs)] })
  await sleep(500)
  const leader = await leaderOf(fleet)
  leader.process.freeze()
  await sleep(2 * 1_000 + ttlMs)
  scene.note('mend', { detail: `the leader ${RESUMED}` })
  leader.process.resume()
  scene.note('heal')
  await vi.waitFor(() => expect(notLive(scene.history(), 15_000)).toEqual([]), 15_000)
  for (const worker of workers) await worker.ask({ act: 'stop' })
  const found = scene.judge()
  publish('F18 leader stalled', 'etcd', found, `longest pause between grants ${longestPause(scene)} ms`)
  expect(excludingButOldLeaders(found, scene.history())).toEqual([])
})

it('F20: a store without space says so, and holds can be given back', async () => {
  const [worker] = await twoWorkers()
  const options = { ttlMs: 5_000 }
  const { hold } = granted(await worker.ask({ act: 'acquire', key: 'f20', options }))
  await gateway(first(), 'maintenance/alarm', { action: 'ACTIVATE', memberID: '0', alarm: 'NOSPACE' })
  const refused = await worker.ask({ act: 'acquire', key: 'f20/other', options })
  await worker.ask({ act: 'release', hold })
  await gateway(first(), 'maintenance/alarm', { action: 'DEACTIVATE', memberID: '0', alarm: 'NOSPACE' })
  expect(refused).toMatchObject({ code: 'backend_unavailable', hint: expect.stringMatching(/NOSPACE/) })
  const waiting = { ttlMs: 5_000, waitMs: 10_000 }
  for (const key of ['f20', 'f20/other']) granted(await worker.ask({ act: 'acquire', key, options: waiting }))
  const found = scene.judge()
  publish('F20 NOSPACE alarm', 'etcd', found)
  expect(excluding(found)).toEqual([])
})

/** The member that leads, by its own word. */
async function leaderOf({ cluster }: EtcdFleet): Promise<EtcdMember> {
  for (const member of cluster.members) {
    const { leader, header } = await gateway(member, 'maintenance/status', {})
    if (leader === header.member_id) return member
  }
  throw new Error('no leader')
}

async function gateway({ endpoint }: { endpoint: string }, path: string, body: Record<string, string>) {
  const answer = await fetch(`${endpoint}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as { leader: string; header: { member_id: string } }
}

const onlyBusy = (scene: Scene, held: string) => scene.history().filter(({ key }) => key !== held)
