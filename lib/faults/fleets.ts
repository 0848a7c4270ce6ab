import { bootstrapNodes } from '../engines/registry.ts'
import type { BackendSpec } from '../engines/spec.ts'
import { askRedis } from '../rig/ask-redis.ts'
import { type EtcdCluster, startEtcd } from '../rig/etcd-cluster.ts'
import { type RedisServer, startRedis } from '../rig/redis-server.ts'
import type { ServerProcess } from '../rig/server-process.ts'
import { startProxy, type TcpProxy } from '../rig/tcp-proxy.ts'

/** Real servers that locks are taken on, and links to them that can be broken. */
export interface Fleet {
  /** Without anything in between. */
  readonly backend: BackendSpec
  readonly processes: readonly ServerProcess[]
  /** One link of its own to each server, for one client. */
  through(): Promise<{ backend: BackendSpec; links: TcpProxy[] }>
  close(): Promise<void>
}

export interface RedisFleet extends Fleet {
  readonly servers: readonly RedisServer[]
  /** On how many servers something stands under the key of this lock. */
  votes(name: string): Promise<number>
  /** As a third party would. */
  remove(name: string, servers?: readonly RedisServer[]): Promise<void>
}

export interface EtcdFleet extends Fleet {
  readonly cluster: EtcdCluster
}

export const MAX_TTL_MS = 30_000

const common = { maxTtlMs: MAX_TTL_MS, patterns: [] }

type RedisSpec = Extract<BackendSpec, { kind: 'redis' }>

export const redisAt = (way: Pick<RedisSpec, 'url' | 'sentinel' | 'cluster'>): BackendSpec => ({
  ...common,
  ...{ kind: 'redis', id: 'redis', replicas: [] },
  ...way,
})

export async function startLone(args: string[] = []): Promise<RedisFleet> {
  const server = await startRedis(args)
  return redisFleet([server], ([url = '']) => redisAt({ url }))
}

/** Voters that may vote at once. */
export async function startQuorum(
  count = 5,
  maxTtlMs = MAX_TTL_MS,
  args: (index: number) => string[] = () => [],
): Promise<RedisFleet> {
  const servers = await Promise.all(Array.from({ length: count }, (_, index) => startRedis(args(index))))
  const fleet = redisFleet(servers, (nodes) => ({
    ...common,
    maxTtlMs,
    kind: 'redlock',
    id: 'quorum',
    nodes,
  }))
  await bootstrapNodes(fleet.backend)
  return fleet
}

export function redisFleet(servers: RedisServer[], specOf: (urls: string[]) => BackendSpec): RedisFleet {
  const lockKey = (name: string) => `lk:{${name}}`
  return {
    backend: specOf(servers.map(({ url }) => url)),
    servers,
    get processes() {
      return servers.map((server) => server.process)
    },
    ...links(
      servers.map(({ port }) => port),
      (ports) => specOf(ports.map((port) => `redis://127.0.0.1:${port}`)),
      () => Promise.all(servers.map((server) => server.close())),
    ),
    async votes(name) {
      const found = await Promise.all(servers.map(({ port }) => askRedis(port, ['EXISTS', lockKey(name)])))
      return found.filter((each) => each === 1).length
    },
    async remove(name, from = servers) {
      await Promise.all(from.map(({ port }) => askRedis(port, ['DEL', lockKey(name)])))
    },
  }
}

export async function startEtcdFleet(members = 3): Promise<EtcdFleet> {
  const cluster = await startEtcd(Array.from({ length: members }, (_, index) => `m${index + 1}`))
  const specOf = (endpoints: string[]): BackendSpec => ({
    ...common,
    ...{ kind: 'etcd', id: 'etcd', endpoints, prefixes: [] },
  })
  const ports = cluster.endpoints.map((endpoint) => Number(new URL(endpoint).port))
  return {
    backend: specOf(cluster.endpoints),
    cluster,
    get processes() {
      return cluster.members.map((member) => member.process)
    },
    ...links(
      ports,
      (through) => specOf(through.map((port) => `http://127.0.0.1:${port}`)),
      () => endEtcd(cluster),
    ),
  }
}

/** Asked politely, the last member waits for the others. */
async function endEtcd(cluster: EtcdCluster): Promise<void> {
  await Promise.all(cluster.members.map((member) => member.process.kill()))
  await cluster.close()
}

function links(
  ports: number[],
  specOf: (ports: number[]) => BackendSpec,
  closeServers: () => Promise<unknown>,
): Pick<Fleet, 'through' | 'close'> {
  const open: TcpProxy[] = []
  return {
    async through() {
      const own = await Promise.all(ports.map((port) => startProxy(port)))
      open.push(...own)
      return { backend: specOf(own.map(({ port }) => port)), links: own }
    },
    async close() {
      await Promise.all(open.map((link) => link.close()))
      await closeServers()
    },
  }
}
