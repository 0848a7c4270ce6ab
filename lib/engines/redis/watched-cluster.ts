import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId } from '../key-id.ts'
import type { Observer } from '../roles.ts'
import type { Connect } from './connect.ts'
import { observeRedis, type RedisVoter } from './observe.ts'
import { urlAt } from './reach.ts'
import { ReadFailed } from './read-failed.ts'
import { openReader, type Reader } from './reader.ts'
import { type ClusterPlan, isSamePlan, readPlan } from './watched-cluster-map.ts'
import { type WatchedServer, watchServer } from './watched-server.ts'

const LOOK_EVERY_MS = 2_000
/** A large cluster is not asked as a whole where its plan is. */
const ASKED = 3

export interface ClusterOptions extends Omit<RedisVoter, 'to' | 'reader' | 'quorum' | 'clustered'> {
  /** Of servers that are asked where the others are. */
  urls: readonly string[]
  reach(url: string): string | Connect
  onChange(): void
}

export interface WatchedCluster {
  readonly observer: Observer
  servers(): readonly WatchedServer[]
  close(): void
}

interface Primary {
  reader: Reader
  observer: Observer
}

/**
 * A Redis Cluster as one voter: each lock is on one primary, and what one says of it is all there is to say. All primaries
 * must answer for a sweep to be one.
 */
export function watchCluster(options: ClusterOptions): WatchedCluster {
  const { urls, reach, budget, onChange, voter } = options
  const [like = ''] = urls
  const seeds = urls.map((url) => ({ host: new URL(url).hostname, reader: openReader(reach(url), budget) }))
  const primaries = new Map<string, Primary>()
  const servers = new Map<string, WatchedServer>()
  const watching = new Set<(why: string) => void>()
  let plan: ClusterPlan | null = null
  let looking: Promise<ClusterPlan> | null = null

  const lookNow = async (): Promise<ClusterPlan> => {
    const known = [...primaries].map(([address, { reader }]) => ({ host: hostOf(address), reader }))
    const some = known.sort(() => Math.random() - 0.5).slice(0, ASKED)
    const next = await firstPlan(some).catch(() => firstPlan([...seeds, ...known]))
    const isNew = plan === null || !isSamePlan(plan, next)
    plan = next
    if (isNew) {
      settle(next)
      onChange()
      for (const lost of [...watching]) lost('other servers are primaries now')
    }
    return next
  }
  const look = (): Promise<ClusterPlan> => {
    looking ??= lookNow().finally(() => {
      looking = null
    })
    return looking
  }
  const settle = (next: ClusterPlan) => {
    keepOnly(primaries, next.primaries, ({ reader }) => reader.close())
    for (const address of next.primaries)
      if (!primaries.has(address)) primaries.set(address, openPrimary(address))
    keepOnly(servers, [...next.primaries, ...next.replicas], (server) => server.close())
    for (const address of [...next.primaries, ...next.replicas]) {
      if (!servers.has(address)) servers.set(address, openServer(address))
    }
  }
  const openPrimary = (address: string): Primary => {
    const to = reach(urlAt(like, address))
    const reader = openReader(to, budget)
    return { reader, observer: observeRedis({ ...options, to, reader, quorum: false, clustered: true }) }
  }
  const openServer = (address: string): WatchedServer =>
    watchServer({ name: address, to: reach(urlAt(like, address)), role: 'primary', votes: false, address })

  const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS)
  void look().catch(() => {})

  const observer: Observer = {
    voter,
    async *sweep(signal) {
      await look()
      for (const primary of [...primaries.values()]) yield* primary.observer.sweep(signal)
    },
    async reread(keys) {
      const found = await rereadOf(keys, plan ?? (await look()))
      const missing = keys.filter((key) => !found.has(key))
      if (missing.length === 0) return found
      // Perhaps their slots are elsewhere by now.
      const again = await rereadOf(missing, await look())
      return new Map([...found, ...again])
    },
    async watch(onKeys, onLost) {
      await look()
      const stops: (() => Promise<void>)[] = []
      const end = async () => {
        watching.delete(lost)
        await Promise.all(stops.map((stop) => stop()))
      }
      const lost = (why: string) => {
        if (!watching.has(lost)) return
        void end()
        onLost(why)
      }
      watching.add(lost)
      try {
        for (const primary of [...primaries.values()]) stops.push(await primary.observer.watch(onKeys, lost))
        // What was lost meanwhile is lost as a whole.
        if (!watching.has(lost)) await end()
      } catch (error) {
        await end()
        throw error
      }
      return end
    },
    commands: () => [...primaries.values()].reduce((sum, { reader }) => sum + reader.spent, 0),
    lacks: () => [...new Set([...primaries.values()].flatMap((primary) => primary.observer.lacks?.() ?? []))],
    setAside: () => [...primaries.values()].flatMap((primary) => primary.observer.setAside?.() ?? []),
  }
  const rereadOf = async (keys: readonly KeyId[], by: ClusterPlan) => {
    const shares = new Map<Primary, KeyId[]>()
    for (const key of keys) {
      const primary = primaries.get(by.primaryOf(fromKeyId(key)) ?? '')
      if (!primary) throw new ReadFailed('CLUSTERDOWN nobody serves this slot')
      const share = shares.get(primary)
      if (share) share.push(key)
      else shares.set(primary, [key])
    }
    const parts = await Promise.all([...shares].map(([primary, share]) => primary.observer.reread(share)))
    return new Map<KeyId, Sighting | null>(parts.flatMap((part) => [...part]))
  }
  return {
    observer,
    servers: () => [...servers.values()],
    close() {
      clearInterval(timer)
      for (const { reader } of [...seeds, ...primaries.values()]) reader.close()
      for (const server of servers.values()) server.close()
    },
  }
}

/** Rejects with what the first one said. */
const firstPlan = (servers: readonly { host: string; reader: Reader }[]): Promise<ClusterPlan> =>
  Promise.any(servers.map(({ host, reader }) => readPlan(reader, host))).catch((error) => {
    throw error instanceof AggregateError ? (error.errors[0] ?? error) : error
  })

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'))

function keepOnly<T>(all: Map<string, T>, wanted: readonly string[], end: (one: T) => void): void {
  for (const [address, one] of all) {
    if (wanted.includes(address)) continue
    all.delete(address)
    end(one)
  }
}
