import type { Backend, LockNode } from '../core/index.ts'
import { type Access, accessOf } from './access.ts'
import { dialectIds as etcdDialectIds } from './etcd/dialects/index.ts'
import { createEtcdNode } from './etcd/driver.ts'
import { probeEtcd } from './etcd/health.ts'
import { openMembers } from './etcd/members.ts'
import { observeEtcd } from './etcd/observe.ts'
import { operateEtcd } from './etcd/operate.ts'
import { bootstrapMemoryNode, createMemoryNode } from './memory/driver.ts'
import { probeMemory } from './memory/health.ts'
import { observeMemory } from './memory/observe.ts'
import { operateMemory } from './memory/operate.ts'
import { recentDigest } from './recent-digest.ts'
import { bootstrapRedis } from './redis/bootstrap.ts'
import { createRedisClusterNode } from './redis/cluster-driver.ts'
import { Decoded } from './redis/decoded.ts'
import { dialectIds } from './redis/dialects/index.ts'
import { createRedisNode } from './redis/driver.ts'
import { addressOf, reach } from './redis/reach.ts'
import { createBudget } from './redis/read-budget.ts'
import { placeBehind } from './redis/sentinel-connect.ts'
import { createRedisSentinelNode } from './redis/sentinel-driver.ts'
import { openRedisBackend, openVoter } from './redis/watched-backend.ts'
import type { Digest, EngineNode, Observer, OpenBackend, Operator, Probe } from './roles.ts'
import { type BackendSpec, DEFAULT_BUDGET } from './spec.ts'
import { unreachable } from './unreachable.ts'

/** The only place that names engines. */

interface Place {
  name: string
  url: string
}

type Named = string | Place

interface Deps {
  digest: Digest
}

/**
 * Opens a backend for the console. Never waits for its nodes: they are connected in the background. One that can not be
 * opened at all is one that can not be reached.
 */
export async function openBackend(spec: BackendSpec, { digest }: Deps): Promise<OpenBackend> {
  refuseUnknownDialects(spec)
  try {
    return open(spec, digest)
  } catch (error) {
    return unreachable(spec.id, namedIn(spec), error instanceof Error ? error.message : String(error))
  }
}

function open(spec: BackendSpec, digest: Digest): OpenBackend {
  switch (spec.kind) {
    case 'redis': {
      const memory = spec.url !== undefined && place(spec.url, 'primary')
      if (!memory || !isMemory(memory)) return openRedisBackend(spec, digest)
      return ofNodes(spec.id, [memoryNode(memory, 'primary', digest)])
    }
    case 'redlock': {
      const budget = createBudget(spec.budget ?? DEFAULT_BUDGET)
      const decoded = new Decoded()
      const digestOnce = recentDigest(digest)
      const [reading, writing] = [accessOf(spec, 'read'), accessOf(spec, 'write')]
      const nodes = places(spec.nodes, 'n').map((node): OpenNode => {
        if (isMemory(node)) return memoryNode(node, 'voter', digest)
        const { name, url } = node
        const voter = openVoter({
          ...{ name, read: reach(url, reading), write: reach(url, writing), address: addressOf(url) },
          ...{ role: 'voter', quorum: true, decoded, patterns: spec.patterns, digest: digestOnce, budget },
        })
        return { ...voter, node: voter.server.node, probe: voter.server.probe }
      })
      return ofNodes(spec.id, nodes)
    }
    case 'memory':
      return ofNodes(spec.id, [memoryNode(place(spec.url, 'memory'), 'primary', digest)])
    case 'etcd':
      return openCluster(spec, digest)
  }
}

/** What the names of a backend may be pinned to: the dialects that are read there, and `none`, which excludes. */
export const pinnable = (kind: BackendSpec['kind']): readonly string[] => [
  'none',
  ...(kind === 'etcd' ? etcdDialectIds : dialectIds),
]

function refuseUnknownDialects({ kind, patterns }: BackendSpec): void {
  const known = pinnable(kind)
  const stray = patterns.find(({ dialect }) => !known.includes(dialect))
  if (!stray) return
  throw new Error(
    `"${stray.match}" is pinned to "${stray.dialect}"; a name can be pinned to ${known.join(', ')}`,
  )
}

const place = (named: Named, name: string): Place =>
  typeof named === 'string' ? { name, url: named } : named

const places = (all: readonly Named[], prefix: string): Place[] =>
  all.map((named, index) => place(named, `${prefix}${index + 1}`))

interface OpenNode {
  node: EngineNode
  database: number | null
  probe: Probe
  observer: Observer
  operator: Operator
  close(): void
}

const isMemory = ({ url }: Place): boolean => url.startsWith('memory:')

function memoryNode({ name, url }: Place, role: string, digest: Digest): OpenNode {
  return {
    node: { name, address: addressOf(url), votes: true, engine: 'memory' },
    database: null,
    probe: probeMemory(name, url, role),
    observer: observeMemory({ voter: name, url, digest }),
    operator: operateMemory(name, url, digest),
    close() {},
  }
}

/** Each of them votes. */
function ofNodes(id: string, nodes: readonly OpenNode[]): OpenBackend {
  return {
    id,
    nodes: nodes.map(({ node }) => node),
    voters: nodes.map(({ node }) => node.name),
    database: nodes[0]?.database ?? null,
    observers: nodes.map(({ observer }) => observer),
    probes: nodes.map(({ probe }) => probe),
    operators: nodes.map(({ operator }) => operator),
    async close() {
      for (const node of nodes) node.close()
    },
  }
}

/** What a backend that can not be opened is known to have. */
function namedIn(spec: BackendSpec): { name: string; engine: string; address: string }[] {
  const [all, engine] = placesIn(spec)
  return all.map(({ name, url }) => ({ name, engine, address: addressOf(url) }))
}

function placesIn(spec: BackendSpec): [Place[], string] {
  switch (spec.kind) {
    case 'redis':
      if (spec.url !== undefined) return [[place(spec.url, 'primary')], 'redis']
      return [places(spec.cluster ?? spec.sentinel?.nodes ?? [], 's'), 'redis']
    case 'redlock':
      return [places(spec.nodes, 'n'), 'redis']
    case 'memory':
      return [[place(spec.url, 'memory')], 'memory']
    case 'etcd':
      return [places(spec.endpoints, 'm'), 'etcd']
  }
}

/** A cluster agrees within itself and votes as one. */
const CLUSTER = 'cluster'

function openCluster(spec: Extract<BackendSpec, { kind: 'etcd' }>, digest: Digest): OpenBackend {
  const members = openMembers(places(spec.endpoints, 'm'), accessOf(spec, 'read'))
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
    observers: [
      observeEtcd({ voter: CLUSTER, members, digest, prefixes: spec.prefixes, patterns: spec.patterns }),
    ],
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
      else await bootstrapRedis(url, accessOf(spec, 'write'))
    }),
  )
}

type OpenLockNode = LockNode & { close(): Promise<void> }

function lockNodes(spec: BackendSpec): OpenLockNode[] {
  switch (spec.kind) {
    case 'redis':
      return [redisNode(spec)]
    case 'memory':
      return [lockNode(place(spec.url, 'memory'), null, {})]
    case 'redlock':
      return places(spec.nodes, 'n').map((node) => lockNode(node, spec.maxTtlMs, accessOf(spec, 'write')))
    case 'etcd':
      return [etcdNode(spec)]
  }
}

function redisNode(spec: Extract<BackendSpec, { kind: 'redis' }>): OpenLockNode {
  const { url, sentinel, cluster } = spec
  const access = accessOf(spec, 'write')
  if (cluster) return createRedisClusterNode({ id: CLUSTER, urls: cluster, access })
  if (sentinel) return createRedisSentinelNode({ id: 'primary', sentinel: placeBehind(sentinel, access) })
  if (url) return lockNode(place(url, 'primary'), null, access)
  throw new RangeError('a Redis is named by one of url, sentinel and cluster')
}

const etcdNode = (spec: Extract<BackendSpec, { kind: 'etcd' }>): OpenLockNode =>
  createEtcdNode({
    id: CLUSTER,
    endpoints: places(spec.endpoints, 'm').map(({ url }) => url),
    access: accessOf(spec, 'write'),
  })

const lockNode = ({ name, url }: Place, quarantineMs: number | null, access: Access): OpenLockNode =>
  url.startsWith('memory:')
    ? createMemoryNode({ id: name, url, quarantineMs })
    : createRedisNode({ id: name, url: reach(url, access), quarantineMs })
