import { type Access, accessOf } from '../access.ts'
import type { Digest, Observer, OpenBackend, Operator, Pattern } from '../roles.ts'
import { type BackendSpec, DEFAULT_BUDGET } from '../spec.ts'
import type { Connect } from './connect.ts'
import type { Decoded } from './decoded.ts'
import { observeRedis } from './observe.ts'
import { operateRedis } from './operate.ts'
import { addressOf, reach, urlAt } from './reach.ts'
import { type Budget, createBudget } from './read-budget.ts'
import { openReader } from './reader.ts'
import { placeBehind } from './sentinel-connect.ts'
import { watchCluster } from './watched-cluster.ts'
import { followReplicas, nameOf } from './watched-replicas.ts'
import { followPrimary } from './watched-sentinel.ts'
import { type WatchedServer, watchServer } from './watched-server.ts'

type RedisSpec = Extract<BackendSpec, { kind: 'redis' }>

/** A node that votes: what is read of it, and what is done there. */
export interface Voter {
  server: WatchedServer
  database: number
  observer: Observer
  operator: Operator
  close(): void
}

export interface VoterOptions {
  name: string
  /** For reading, and for applied plans. */
  read: string | Connect
  write: string | Connect
  address: string | null
  role: string
  quorum: boolean
  /** What the other voters of that quorum have told. */
  decoded?: Decoded
  patterns: readonly Pattern[]
  digest: Digest
  budget: Budget
}

export function openVoter(options: VoterOptions): Voter {
  const { name, read, write, address, role, quorum, decoded, patterns, digest, budget } = options
  const server = watchServer({ name, to: read, role, votes: true, address })
  const reader = openReader(read, budget)
  return {
    server,
    database: reader.database,
    observer: observeRedis({ voter: name, to: read, reader, digest, patterns, budget, quorum, decoded }),
    operator: operateRedis({ voter: name, url: write, digest }),
    close() {
      server.close()
      reader.close()
    },
  }
}

/** One Redis with its replicas, whoever the Sentinels name, or a cluster as a whole. */
export const openRedisBackend = (spec: RedisSpec, digest: Digest): OpenBackend =>
  spec.cluster ? openClustered(spec, spec.cluster, digest) : openAlone(spec, digest)

function openAlone(spec: RedisSpec, digest: Digest): OpenBackend {
  const { id, patterns } = spec
  const access = accessOf(spec, 'read')
  const place = placeOf(spec, access)
  const listeners = new Set<() => void>()
  const voter = openVoter({
    ...{ name: place.name, read: place.read, write: place.write, address: place.address },
    ...{
      role: 'primary',
      quorum: false,
      patterns,
      digest,
      budget: createBudget(spec.budget ?? DEFAULT_BUDGET),
    },
  })
  const configured = spec.replicas.map((replica, index) => {
    const { name, url } = typeof replica === 'string' ? { name: nameOf(index), url: replica } : replica
    const to = reach(url, access)
    return watchServer({ name, to, role: 'replica', votes: false, address: addressOf(url) })
  })
  const replicas = followReplicas({
    primary: voter.server.probing,
    open: (address, name) =>
      watchServer({
        ...{ name, address, role: 'replica', votes: false },
        to: reach(urlAt(place.like, address), place.access),
      }),
    known: configured.map(({ node }) => node.address),
    onChange() {
      for (const listener of listeners) listener()
    },
  })
  const servers = () => [voter.server, ...configured, ...replicas.servers()]
  return {
    id,
    get nodes() {
      return servers().map(({ node }) => node)
    },
    get probes() {
      return servers().map(({ probe }) => probe)
    },
    onNodes: listening(listeners),
    voters: [place.name],
    database: voter.database,
    observers: [voter.observer],
    operators: [voter.operator],
    async close() {
      replicas.close()
      for (const server of configured) server.close()
      voter.close()
      place.close()
    },
  }
}

interface PlaceOf {
  name: string
  read: string | Connect
  write: string | Connect
  address: string | null
  /** A URL that its replicas are got into like, and what else it takes. */
  like: string
  access: Access
  close(): void
}

function placeOf(spec: RedisSpec, access: Access): PlaceOf {
  const { url, sentinel, id } = spec
  const writing = accessOf(spec, 'write')
  if (url !== undefined) {
    const place = typeof url === 'string' ? { name: 'primary', url } : url
    return {
      name: place.name,
      read: reach(place.url, access),
      write: reach(place.url, writing),
      address: addressOf(place.url),
      like: place.url,
      access,
      close() {},
    }
  }
  if (!sentinel) throw new RangeError(`${id}: a Redis is named by one of url, sentinel and cluster`)
  const behind = placeBehind(sentinel, access)
  const reading = followPrimary(behind, 'lockkeeper:watch')
  const acting = followPrimary(placeBehind(sentinel, writing), 'lockkeeper:act')
  const { username, password, tls } = behind
  return {
    name: 'primary',
    read: reading.connect,
    write: acting.connect,
    address: null,
    like: `redis://localhost/${sentinel.database ?? 0}`,
    access: { username, password, tls },
    close() {
      reading.close()
      acting.close()
    },
  }
}

const CLUSTER = 'cluster'

function openClustered(spec: RedisSpec, urls: readonly string[], digest: Digest): OpenBackend {
  const access = accessOf(spec, 'read')
  const listeners = new Set<() => void>()
  const cluster = watchCluster({
    ...{
      voter: CLUSTER,
      urls,
      digest,
      patterns: spec.patterns,
      budget: createBudget(spec.budget ?? DEFAULT_BUDGET),
    },
    reach: (url) => reach(url, access),
    onChange() {
      for (const listener of listeners) listener()
    },
  })
  return {
    id: spec.id,
    get nodes() {
      return cluster.servers().map(({ node }) => node)
    },
    get probes() {
      return cluster.servers().map(({ probe }) => probe)
    },
    onNodes: listening(listeners),
    voters: [CLUSTER],
    database: 0,
    observers: [cluster.observer],
    operators: [NO_OPERATOR],
    async close() {
      cluster.close()
    },
  }
}

const NO_OPERATOR: Operator = {
  voter: CLUSTER,
  refuses: () => "Locks on a Redis Cluster can't be released from here.",
  release: async () => ({ node: CLUSTER, outcome: 'left', says: 'Nothing was done: it is a Redis Cluster.' }),
}

const listening = (listeners: Set<() => void>) => (changed: () => void) => {
  listeners.add(changed)
  return () => void listeners.delete(changed)
}
