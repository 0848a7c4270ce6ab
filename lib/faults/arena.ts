import type { TcpProxy } from '../rig/tcp-proxy.ts'
import type { Worker } from './crew.ts'
import { type Fleet, startEtcdFleet, startLone, startQuorum } from './fleets.ts'
import type { Plan } from './plan.ts'
import { createScene, type Scene } from './scene.ts'

export const SOAK_KINDS = ['redis', 'quorum', 'etcd'] as const
export type SoakKind = (typeof SOAK_KINDS)[number]

/** A worker with links of its own; another one takes its place when it is killed. */
interface Seat {
  worker: Worker
  readonly links: readonly TcpProxy[]
}

/** What a soak runs on: everything in it can be broken. */
export interface Arena {
  readonly kind: SoakKind
  readonly ttlMs: number
  readonly fleet: Fleet
  readonly scene: Scene
  readonly seats: readonly Seat[]
  /** Kills the worker of a seat and lets a new one begin. */
  replace(seat: Seat): Promise<void>
  /** Kills a server and starts it again: on a quorum it comes back empty. */
  restart(index: number): Promise<void>
  stop(): Promise<void>
  close(): Promise<void>
}

const SEATS = 3

export async function openArena(kind: SoakKind, seed: number): Promise<Arena> {
  const { fleet, restart, ttlMs } = await openFleet(kind)
  const scene = await createScene()
  let plans = seed
  const begin = async (backend: Fleet['backend']): Promise<Worker> => {
    const worker = await scene.worker(backend)
    plans += 1
    await worker.ask({ act: 'start', plans: plansOf(plans, ttlMs) })
    return worker
  }
  const homes = new Map<Seat, Fleet['backend']>()
  for (let index = 0; index < SEATS; index += 1) {
    const { backend, links } = await fleet.through()
    homes.set({ worker: await begin(backend), links }, backend)
  }
  const seats = [...homes.keys()]
  return {
    ...{ kind, ttlMs, fleet, scene, seats, restart },
    async replace(seat) {
      await seat.worker.kill()
      seat.worker = await begin(homes.get(seat) ?? fleet.backend)
    },
    async stop() {
      await Promise.all(seats.map(({ worker }) => worker.ask({ act: 'stop' })))
    },
    async close() {
      await scene.close()
      await fleet.close()
    },
  }
}

async function openFleet(kind: SoakKind) {
  if (kind === 'etcd') {
    const fleet = await startEtcdFleet()
    return { fleet, ttlMs: 1_500, restart: async (index: number) => fleet.cluster.members[index]?.restart() }
  }
  // One Redis must keep its word over a restart; voters that forget have the quarantine.
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
  const fleet = kind === 'redis' ? await startLone(durable) : await startQuorum(5, 2_000)
  return { fleet, ttlMs: 800, restart: async (index: number) => fleet.servers[index]?.restart() }
}

/** Two locks and a semaphore, with writes under the locks. */
function plansOf(seed: number, ttlMs: number): Plan[] {
  const common = { holdMs: [5, 80], restMs: [1, 30], writeEveryMs: 10 } as const
  const options = { ttlMs, waitMs: 3_000 }
  return [
    // Careless, so that the guard has something to do.
    { seed, clients: 2, keys: ['lock/a', 'lock/b'], options, ...common, careless: true },
    { seed: seed + 500, clients: 2, keys: ['pair'], options: { ...options, permits: 2 }, ...common },
  ]
}
