import { askRedis } from './ask-redis.ts'
import type { CertificateFiles } from './certificates.ts'
import { freePort } from './ports.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { until } from './until.ts'

export interface RedisCluster {
  readonly primaries: readonly RedisServer[]
  /** One of each primary, in their order; none unless asked for. */
  readonly replicas: readonly RedisServer[]
  /** Of every server. */
  readonly urls: string[]
  slotOf(key: string): Promise<number>
  /** Who serves the slot of a key, as the first server that answers has it. */
  ownerOf(key: string): Promise<RedisServer>
  /** Begins to move the slot of a key: its owner answers ASK for what it does not have. `finish` moves keys and slot. */
  beginMove(key: string, to: RedisServer): Promise<{ finish(): Promise<void> }>
  /** A replica takes over from its primary, which may be dead. */
  failOver(replica: RedisServer): Promise<void>
  close(): Promise<void>
}

interface ClusterOptions {
  replicas?: boolean
  args?: string[]
  /** With these, TLS is spoken among them, and on a port of its own to others. */
  files?: CertificateFiles
}

const SLOTS = 16_384
const PRIMARIES = 3

/** A Redis Cluster of three primaries. */
export async function startCluster({
  replicas = false,
  args = [],
  files,
}: ClusterOptions = {}): Promise<RedisCluster> {
  const settings = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000'],
    ...['--cluster-require-full-coverage', 'no', '--cluster-allow-replica-migration', 'no'],
    ...['--repl-diskless-sync-delay', '0', ...args],
  ]
  const buses = new Map<RedisServer, number>()
  const startOne = async () => {
    const bus = await freePort()
    const server = await startRedis([...settings, '--cluster-port', String(bus)], files)
    buses.set(server, bus)
    return server
  }
  const start = (count: number) => Promise.all(Array.from({ length: count }, startOne))
  const primaries = await start(PRIMARIES)
  const following = await start(replicas ? PRIMARIES : 0)
  const all = [...primaries, ...following]
  await join(primaries, all, buses)
  for (const [index, replica] of following.entries()) await follow(replica, primaries[index] ?? replica)

  const slotOf = async (key: string) =>
    Number(await askRedis(primaries[0]?.port ?? 0, ['CLUSTER', 'KEYSLOT', key]))
  const ownerOf = async (key: string) => {
    const slot = await slotOf(key)
    const id = await ownerId(all, slot)
    for (const server of all) if ((await myId(server).catch(() => '')) === id) return server
    throw new Error(`nobody serves slot ${slot}`)
  }
  return {
    primaries,
    replicas: following,
    urls: all.map((server) => server.url),
    slotOf,
    ownerOf,
    async beginMove(key, to) {
      const slot = String(await slotOf(key))
      const from = await ownerOf(key)
      const [fromId, toId] = [await myId(from), await myId(to)]
      await askRedis(to.port, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId])
      await askRedis(from.port, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId])
      return { finish: () => finishMove(slot, from, to, primaries) }
    },
    async failOver(replica) {
      await askRedis(replica.port, ['CLUSTER', 'FAILOVER', 'TAKEOVER'])
      const id = await myId(replica)
      const others = all.filter((server) => server.process.running)
      for (const server of others)
        await until('primary known to all', async () => {
          const lines = String(await askRedis(server.port, ['CLUSTER', 'NODES'])).split('\n')
          return lines.some((line) => line.startsWith(id) && line.includes('master') && / \d+-\d+/.test(line))
        })
    },
    async close() {
      await Promise.all(all.map((server) => server.close()))
    },
  }
}

const myId = async (server: RedisServer): Promise<string> =>
  String(await askRedis(server.port, ['CLUSTER', 'MYID']))

/** Shares the slots among the primaries and makes everybody know everybody. */
async function join(
  primaries: readonly RedisServer[],
  all: readonly RedisServer[],
  buses: ReadonlyMap<RedisServer, number>,
): Promise<void> {
  const share = Math.ceil(SLOTS / primaries.length)
  await Promise.all(
    primaries.map(async ({ port }, index) => {
      const last = Math.min(SLOTS, (index + 1) * share) - 1
      await askRedis(port, ['CLUSTER', 'ADDSLOTSRANGE', String(index * share), String(last)])
      await askRedis(port, ['CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1)])
    }),
  )
  const [first, ...others] = all
  for (const other of others) {
    const address = ['127.0.0.1', String(other.tlsPort || other.port), String(buses.get(other))]
    await askRedis(first?.port ?? 0, ['CLUSTER', 'MEET', ...address])
  }
  await Promise.all(all.map((server) => until('complete cluster', () => knows(server, all.length))))
}

async function knows(server: RedisServer, servers: number): Promise<boolean> {
  const info = String(await askRedis(server.port, ['CLUSTER', 'INFO']))
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${servers}`)
}

async function follow(replica: RedisServer, primary: RedisServer): Promise<void> {
  await askRedis(replica.port, ['CLUSTER', 'REPLICATE', await myId(primary)])
  await until('replica in step', async () =>
    String(await askRedis(replica.port, ['INFO', 'replication'])).includes('master_link_status:up'),
  )
}

async function ownerId(servers: readonly RedisServer[], slot: number): Promise<string> {
  for (const { port } of servers) {
    const ranges = await askRedis(port, ['CLUSTER', 'SLOTS']).catch(() => null)
    if (!Array.isArray(ranges)) continue
    const range = ranges.find(([first, last]) => Number(first) <= slot && slot <= Number(last))
    if (range) return String(range[2][2])
  }
  return ''
}

async function finishMove(
  slot: string,
  from: RedisServer,
  to: RedisServer,
  primaries: readonly RedisServer[],
): Promise<void> {
  for (;;) {
    const keys = await askRedis(from.port, ['CLUSTER', 'GETKEYSINSLOT', slot, '100'])
    if (!Array.isArray(keys) || keys.length === 0) break
    const names = keys.map(String)
    await askRedis(from.port, ['MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...names])
  }
  const id = await myId(to)
  await askRedis(to.port, ['CLUSTER', 'SETSLOT', slot, 'NODE', id])
  for (const { port } of primaries) await askRedis(port, ['CLUSTER', 'SETSLOT', slot, 'NODE', id])
}
