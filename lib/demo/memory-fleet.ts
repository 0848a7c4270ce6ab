import { bootstrapMemoryNode, createMemoryNode } from '../engines/memory/driver.ts'
import { memoryStore } from '../engines/memory/store.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { type DemoServer, type Fleet, MAX_TTL_MS, PAYMENTS_MAX_TTL_MS, VOTERS } from './fleet.ts'
import { opened } from './opened.ts'

const NODE = 'memory'
let fleets = 0

/** The same fleet as stores in this process, for machines without the servers. */
export async function startMemoryFleet(): Promise<Fleet> {
  fleets += 1
  const urlOf = (name: string) => `memory://demo-${fleets}-${name}`
  const voters = VOTERS.map((id) => voterOf(id, urlOf(id)))
  const connect = {
    payments: () =>
      voters.map(({ id, url }) => createMemoryNode({ id, url, quarantineMs: PAYMENTS_MAX_TTL_MS })),
    jobs: () => [createMemoryNode({ id: NODE, url: urlOf('jobs') })],
    infra: () => [createMemoryNode({ id: NODE, url: urlOf('infra') })],
  }
  const lone = (id: 'jobs' | 'infra') =>
    backendSpecSchema.parse({
      id,
      kind: 'memory',
      environment: 'demo',
      maxTtlMs: MAX_TTL_MS,
      url: { name: NODE, url: urlOf(id) },
    })
  const payments = backendSpecSchema.parse({
    id: 'payments',
    kind: 'redlock',
    environment: 'demo',
    maxTtlMs: PAYMENTS_MAX_TTL_MS,
    nodes: voters.map(({ id, url }) => ({ name: id, url })),
  })
  return {
    servers: 'memory',
    specs: [payments, lone('jobs'), lone('infra')],
    voters,
    foreign: null,
    open: (backend) => opened(backend, connect[backend]()),
    close: async () => {},
  }
}

function voterOf(id: string, url: string): DemoServer {
  const store = memoryStore(url)
  bootstrapMemoryNode(url)
  return {
    id,
    url,
    address: 'in this process',
    get running() {
      return store.running
    },
    kill: async () => store.stop(),
    restart: async () => store.start({ empty: true }),
    async quarantinedMs() {
      await store.reach()
      if (!store.marker) return PAYMENTS_MAX_TTL_MS
      const left = store.quarantinedUntil - store.now()
      return left > 0 ? Math.round(left) : null
    },
  }
}
