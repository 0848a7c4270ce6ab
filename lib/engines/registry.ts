import type { Backend, LockNode } from '../core/index.ts'
import { createEtcdNode } from './etcd/driver.ts'
import { probeEtcd } from './etcd/health.ts'
import { openMembers } from './etcd/members.ts'
import { observeEtcd } from './etcd/observe.ts'
import { operateEtcd } from './etcd/operate.ts'
import { bootstrapMemoryNode, createMemoryNode } from './memory/driver.ts'
import { probeMemory } from './memory/health.ts'
import { observeMemory } from './memory/observe.ts'
import { operateMemory } from './memory/operate.ts'
import { bootstrapRedis } from './redis/bootstrap.ts'
import { createRedisClusterNode } from './redis/cluster-driver.ts'
import { dialectIds, speaks } from './redis/dialects/index.ts'
import { createRedisNode } from './redis/driver.ts'
import { probeRedis } from './redis/health.ts'
import { observeRedis } from './redis/observe.ts'
import { operateRedis } from './redis/operate.ts'
import { createBudget } from './redis/read-budget.ts'
import { openReader } from './redis/reader.ts'
import { createRedisSentinelNode } from './redis/sentinel-driver.ts'
import type { Digest, EngineNode, Observer, OpenBackend, Operator, Pattern, Probe } from './roles.ts'
import type { BackendSpec } from './spec.ts'

/** The only place that names engines. */

interface Place {
  name: string
  url: string
}

type Named = string | Place

interface Deps {
  digest: Digest
}

/** Opens a backend for the console. Never waits for its nodes: they are connected in the background. */
export async function openBackend(spec: BackendSpec, { digest }: Deps): Promise<OpenBackend> {
  refuseUnknownDialects(spec.patterns)
  switch (spec.kind) {
    case 'redis':
      if (spec.url === undefined) throw new Error(`${spec.id}: ${NOT_WATCHED}`)
      return single(spec.id, [
        openNode(place(spec.url, 'primary'), { role: 'primary', votes: true, quorum: false, spec, digest }),
        ...spec.replicas.map((replica, index) =>
          openNode(place(replica, index === 0 ? 'replica' : `replica-${index + 1}`), {
            ...{ role: 'replica', votes: false, quorum: false, spec, digest },
          }),
        ),
      ])
    case 'redlock':
      return single(
        spec.id,
        places(spec.nodes, 'n').map((node) =>
          openNode(node, { role: 'voter', votes: true, quorum: true, spec, digest }),
        ),
      )
    case 'memory':
      return single(spec.id, [
        openNode(place(spec.url, 'memory'), { role: 'primary', votes: true, quorum: false, spec, digest }),
      ])
    case 'etcd':
      return openCluster(spec, digest)
  }
}

const NOT_WATCHED =
  'a Redis behind Sentinels or a Redis Cluster takes locks, but can not be watched yet; name its servers by "url"'

/** The pinned patterns name dialects that somebody can read. */
function refuseUnknownDialects(patterns: readonly Pattern[]): void {
  const stray = patterns.find(({ dialect }) => !speaks(dialect))
  if (stray)
    throw new Error(
      `"${stray.match}" is pinned to "${stray.dialect}"; a name can be pinned to none, ${dialectIds.join(', ')}`,
    )
}

const place = (named: Named, name: string): Place =>
  typeof named === 'string' ? { name, url: named } : named

const places = (all: readonly Named[], prefix: string): Place[] =>
  all.map((named, index) => place(named, `${prefix}${index + 1}`))

interface NodeOptions {
  role: string
  votes: boolean
  quorum: boolean
  spec: { patterns: readonly Pattern[] }
  digest: Digest
}

interface OpenNode {
  node: EngineNode
  database: number | null
  probe: Probe
  observer: Observer
  operator: Operator
  close(): void
}

function openNode({ name, url }: Place, options: NodeOptions): OpenNode {
  const { role, votes, quorum, spec, digest } = options
  const about = { name, address: addressOf(url), votes }
  if (url.startsWith('memory:')) {
    return {
      node: { ...about, engine: 'memory' },
      database: null,
      probe: probeMemory(name, url, role),
      observer: observeMemory({ voter: name, url, digest }),
      operator: operateMemory(name, url, digest),
      close() {},
    }
  }
  // The probe has a connection of its own, so that a long reading does not look like a slow node.
  const probing = openReader(url)
  const budget = createBudget(20_000)
  const reader = openReader(url, budget)
  return {
    node: { ...about, engine: 'redis' },
    database: reader.database,
    probe: probeRedis({ node: name, reader: probing, role }),
    observer: observeRedis({ voter: name, to: url, reader, digest, patterns: spec.patterns, quorum, budget }),
    operator: operateRedis({ voter: name, url, digest }),
    close() {
      probing.close()
      reader.close()
    },
  }
}

/** Without credentials. */
function addressOf(url: string): string {
  const { host, hostname } = new URL(url)
  return host || hostname
}

function single(id: string, nodes: OpenNode[]): OpenBackend {
  const voting = nodes.filter(({ node }) => node.votes)
  return {
    id,
    nodes: nodes.map(({ node }) => node),
    voters: voting.map(({ node }) => node.name),
    database: voting[0]?.database ?? null,
    observers: voting.map(({ observer }) => observer),
    probes: nodes.map(({ probe }) => probe),
    operators: voting.map(({ operator }) => operator),
    async close() {
      for (const node of nodes) node.close()
    },
  }
}

/** A cluster agrees within itself and votes as one. */
const CLUSTER = 'cluster'

function openCluster(spec: Extract<BackendSpec, { kind: 'etcd' }>, digest: Digest): OpenBackend {
  const members = openMembers(places(spec.endpoints, 'm'))
  return {
    id: spec.id,
    nodes: members.all.map(({ name, url }) => ({
      name,
      engine: 'etcd',
      address: addressOf(url),
      votes: false,
    })),
    voters: [CLUSTER],
    database: null,
    observers: [observeEtcd({ voter: CLUSTER, members, digest, prefixes: spec.prefixes })],
    probes: members.all.map(probeEtcd),
    operators: [operateEtcd({ voter: CLUSTER, members, digest })],
    async close() {
      members.close()
    },
  }
}

/** The voters of a backend, for whoever takes locks on it. */
export interface LockNodes {
  backend: Backend
  close(): Promise<void>
}

/** Connects in the background, too. A voter of a quorum that lost its memory is silent for as long as a hold may last. */
export function openLockNodes(spec: BackendSpec): LockNodes {
  const nodes = lockNodes(spec)
  return {
    backend: { id: spec.id, nodes, maxTtlMs: spec.maxTtlMs },
    async close() {
      await Promise.all(nodes.map((node) => node.close()))
    },
  }
}

/** Says that the voters of a new quorum never held anything, so that they may vote at once. */
export async function bootstrapNodes(spec: BackendSpec): Promise<void> {
  if (spec.kind !== 'redlock') return
  await Promise.all(
    places(spec.nodes, 'n').map(async ({ url }) => {
      if (url.startsWith('memory:')) bootstrapMemoryNode(url)
      else await bootstrapRedis(url)
    }),
  )
}

type OpenLockNode = LockNode & { close(): Promise<void> }

function lockNodes(spec: BackendSpec): OpenLockNode[] {
  switch (spec.kind) {
    case 'redis':
      return [redisNode(spec)]
    case 'memory':
      return [lockNode(place(spec.url, 'memory'), null)]
    case 'redlock':
      return places(spec.nodes, 'n').map((node) => lockNode(node, spec.maxTtlMs))
    case 'etcd':
      return [createEtcdNode({ id: CLUSTER, endpoints: places(spec.endpoints, 'm').map(({ url }) => url) })]
  }
}

function redisNode({ url, sentinel, cluster }: Extract<BackendSpec, { kind: 'redis' }>): OpenLockNode {
  if (cluster) return createRedisClusterNode({ id: CLUSTER, urls: cluster })
  if (sentinel) return createRedisSentinelNode({ id: 'primary', sentinel })
  if (url) return lockNode(place(url, 'primary'), null)
  throw new RangeError('a Redis is named by one of url, sentinel and cluster')
}

const lockNode = ({ name, url }: Place, quarantineMs: number | null): OpenLockNode =>
  url.startsWith('memory:')
    ? createMemoryNode({ id: name, url, quarantineMs })
    : createRedisNode({ id: name, url, quarantineMs })
