import { within } from '../engines/deadline.ts'
import { toKeyId } from '../engines/key-id.ts'
import { lockKey } from '../engines/redis/layout.ts'
import type { BackendSpec } from '../engines/spec.ts'
import type { DemoAct, DemoNode, DemoState } from '../fleet/demo.ts'
import { encodeLockId } from '../fleet/lock-id.ts'
import { Problem } from '../fleet/problem.ts'
import type { DemoServer, Fleet, OpenedBackend } from './fleet.ts'
import { openPlayground, PLAYGROUND_LOCK, PLAYGROUND_TTL_MS } from './playground.ts'
import { startFleet } from './start-fleet.ts'
import { startWorkload } from './workload.ts'

export interface Demo {
  readonly servers: DemoState['servers']
  readonly specs: BackendSpec[]
  state(): Promise<DemoState>
  act(act: DemoAct): Promise<DemoState>
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

export interface DemoDeps {
  /** Where to look for redis-server and etcd. */
  path: string
}

/** A node that takes longer is shown as one that gives no answer. */
const LOOK_WITHIN_MS = 300

/** A fleet of our own, busy services on it, and a playground. */
export async function startDemo({ path }: DemoDeps): Promise<Demo> {
  const fleet = await startFleet(path)
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const stopWorkload = startWorkload(fleet)
  const playground = openPlayground(fleet, changed)
  const looking = fleet.open('payments')

  const state = async (): Promise<DemoState> => ({
    nodes: await Promise.all(fleet.voters.map((server) => lookAt(server, looking))),
    clients: playground.clients(),
    now: new Date().toISOString(),
    servers: fleet.servers,
    backend: 'payments',
    lock: { id: playgroundLockId(fleet), name: PLAYGROUND_LOCK },
    ttlMs: PLAYGROUND_TTL_MS,
  })
  const serverOf = (id: string): DemoServer => {
    const server = fleet.voters.find((one) => one.id === id)
    if (!server) throw new Problem('not_found', `There is no node ${id} in the demo fleet.`)
    return server
  }
  return {
    servers: fleet.servers,
    specs: fleet.specs,
    state,
    async act(act) {
      if (act.act === 'acquire') await playground.acquire(act.client)
      else if (act.act === 'release') await playground.release(act.client)
      else if (act.act === 'kill') await serverOf(act.node).kill()
      else await serverOf(act.node).restart()
      changed()
      return state()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      listeners.clear()
      await Promise.allSettled([playground.close(), stopWorkload()])
      await looking.close()
      await fleet.close()
    },
  }
}

function playgroundLockId({ servers }: Fleet): string {
  return servers === 'real'
    ? encodeLockId({ backend: 'payments', database: 0, key: toKeyId(Buffer.from(lockKey(PLAYGROUND_LOCK))) })
    : encodeLockId({ backend: 'payments', database: null, key: toKeyId(Buffer.from(PLAYGROUND_LOCK)) })
}

async function lookAt(server: DemoServer, { nodes }: OpenedBackend): Promise<DemoNode> {
  const { id, address, running } = server
  const node = nodes.find((one) => one.id === id)
  const nothing = { id, address, running, holder: null, remainingMs: null, quarantinedMs: null }
  if (!running || !node) return nothing
  try {
    const [readings, quarantinedMs] = await within(
      LOOK_WITHIN_MS,
      Promise.all([node.read([PLAYGROUND_LOCK]), server.quarantinedMs()]),
    )
    const reading = readings[0]
    return {
      ...nothing,
      holder: reading?.holder ?? null,
      remainingMs: reading?.remainingMs ?? null,
      quarantinedMs,
    }
  } catch {
    return nothing
  }
}
