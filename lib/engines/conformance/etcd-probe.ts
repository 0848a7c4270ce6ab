import type { Etcd3, IKeyValue } from 'etcd3'
import type { Foreign, Probe } from './subject.ts'

const DEAD = { service: 'dead', host: 'h', pid: 1, process: 'dead' }
const DEAD_TICKET = 'e'.repeat(32)

const written = (name: string): string => name.replaceAll('%', '%25').replaceAll('/', '%2F')
const queueOf = (name: string): string => `lockkeeper/${written(name)}/`
const gateOf = (name: string): string => `lockkeeper-gate/${written(name)}/`
const noticesOf = (name: string): string => `lockkeeper-notice/${written(name)}/`

/** Looks at an etcd cluster by what etcdctl can do. */
export function etcdProbe(raw: Etcd3, endpoints: readonly string[]): Probe {
  const under = async (prefix: string): Promise<IKeyValue[]> => {
    const range_end = Buffer.from(prefix)
    range_end[range_end.length - 1] = (range_end.at(-1) ?? 0) + 1
    const order = { sort_order: 'Ascend', sort_target: 'Create' } as const
    return (await raw.kv.range({ key: Buffer.from(prefix), range_end, ...order })).kvs
  }
  /** The first of the queue, as many as there are permits; while the gate is closed only those who held before. */
  const holds = async (name: string) => {
    const [queue, [gate]] = [await under(queueOf(name)), await under(gateOf(name))]
    const newest = gate ? Number(JSON.parse(gate.value.toString()).holds) : Number.POSITIVE_INFINITY
    const before = queue.filter((entry) => Number(entry.create_revision) <= newest)
    return before.slice(0, permitsIn(queue[0]))
  }
  const putOnLease = async (name: string, token: string, ttlMs: number) => {
    const { ID } = await raw.leaseClient.leaseGrant({ TTL: Math.ceil(ttlMs / 1_000) })
    const value = JSON.stringify({ since: Date.now(), ttl: ttlMs, owner: DEAD })
    await raw
      .put(`${queueOf(name)}${token}`)
      .value(value)
      .lease(ID)
  }
  return {
    tokens: async (name) => (await holds(name)).map(tokenIn),
    async remainingMs(name) {
      const leases = (await holds(name)).map(({ lease }) => lease)
      const left = leases.map((ID) => raw.leaseClient.leaseTimeToLive({ ID }))
      // It says whole seconds, rounded down.
      return (await Promise.all(left)).map(({ TTL }) => (Number(TTL) + 1) * 1_000)
    },
    waiters: async (name) => (await under(queueOf(name))).length - (await holds(name)).length,
    closed: async (name) => Math.min(1, (await under(gateOf(name))).length),
    async left(name) {
      const left = await Promise.all([queueOf(name), gateOf(name), noticesOf(name)].map(under))
      return left.flat().map(({ key }) => key.toString())
    },
    async destroy(name) {
      for (const prefix of [queueOf(name), gateOf(name), noticesOf(name)]) await raw.delete().prefix(prefix)
    },
    plant: (name, ttlMs) => putOnLease(name, 'd'.repeat(32), ttlMs),
    async plantWaiter(name, { livesMs }) {
      // Who is dead is gone: there is nothing to find of it.
      if (livesMs > 0) await putOnLease(name, DEAD_TICKET, livesMs)
      return DEAD_TICKET
    },
    async requests() {
      const counts = await Promise.all(endpoints.map(countRequests))
      return counts.reduce((sum, count) => sum + count, 0)
    },
    foreign: [
      putBeside(raw, 'a key of somebody else', 'somebody', 'a value'),
      putBeside(raw, 'the lock of another library', '694d8f0c2a1b3c4d', ''),
      putBeside(raw, 'something like a list', 'f'.repeat(32), '[]'),
    ],
  }
}

const tokenIn = ({ key }: IKeyValue): string => key.toString().split(/[/.]/).at(-1) ?? ''

function permitsIn(entry: IKeyValue | undefined): number {
  const [, permits] = /\/p(\d+)\.[0-9a-f]{32}$/.exec(entry?.key.toString() ?? '') ?? []
  return Number(permits ?? 1)
}

const putBeside = (raw: Etcd3, what: string, part: string, value: string): Foreign => ({
  what,
  holder: null,
  async put(name) {
    await raw.put(`${queueOf(name)}${part}`).value(value)
  },
  isThere: async (name) => (await raw.get(`${queueOf(name)}${part}`).string()) === value,
})

/** Reads and writes of keys; what keeps a lease alive is not counted. */
async function countRequests(endpoint: string): Promise<number> {
  const metrics = await (await fetch(`${endpoint}/metrics`)).text()
  const lines = metrics.matchAll(/^grpc_server_started_total\{.*grpc_service="etcdserverpb\.KV".*\} (\d+)$/gm)
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0)
}
