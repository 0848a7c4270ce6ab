import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import { fromKeyId } from '../key-id.ts'
import type { Observer, OnLost, Silence } from '../roles.ts'
import type { Connect } from './connect.ts'
import { observeRedis, type RedisVoter } from './observe.ts'
import { urlAt } from './reach.ts'
import { ReadFailed } from './read-failed.ts'
import { openReader, type Reader } from './reader.ts'
import { type ClusterPlan, isSamePlan, readPlan } from './watched-cluster-map.ts'
import { WatchedPrimary } from './watched-primary.ts'
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

/**
 * A Redis Cluster as one voter: each lock is on one primary, and what one says of it is all there is to say. Of the locks of
 * a primary that is silent nothing is known; the others go on.
 */
export function watchCluster(options: ClusterOptions): WatchedCluster {
  const { urls, reach, budget, onChange, voter } = options
  const [like = ''] = urls
  const seeds = urls.map((url) => ({ host: new URL(url).hostname, reader: openReader(reach(url), budget) }))
  const primaries = new Map<string, WatchedPrimary>()
  const servers = new Map<string, WatchedServer>()
  const watching = new Set<(why: string) => void>()
  const onSilence = new Set<() => void>()
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
      tellSilence()
      beginAgain('other servers are primaries now')
    }
    return next
  }
  const look = (): Promise<ClusterPlan> => {
    looking ??= lookNow().finally(() => {
      looking = null
    })
    return looking
  }
  const tellSilence = () => {
    for (const changed of onSilence) changed()
  }
  const beginAgain = (why: string) => {
    for (const lost of [...watching]) lost(why)
  }
  const lookForSilent = async () => {
    const back = await Promise.all([...primaries.values()].map((primary) => primary.isBack()))
    if (back.some(Boolean)) beginAgain('a primary answers again')
  }
  const settle = (next: ClusterPlan) => {
    keepOnly(primaries, next.primaries, (primary) => primary.close())
    for (const address of next.primaries)
      if (!primaries.has(address)) primaries.set(address, openPrimary(address))
    keepOnly(servers, [...next.primaries, ...next.replicas], (server) => server.close())
    for (const address of [...next.primaries, ...next.replicas]) {
      if (!servers.has(address)) servers.set(address, openServer(address))
    }
  }
  const openPrimary = (address: string): WatchedPrimary => {
    const to = reach(urlAt(like, address))
    const reader = openReader(to, budget)
    const observer = observeRedis({ ...options, to, reader, quorum: false, clustered: true })
    return new WatchedPrimary(reader, observer, tellSilence)
  }
  const openServer = (address: string): WatchedServer =>
    watchServer({ name: address, to: reach(urlAt(like, address)), role: 'primary', votes: false, address })

  const timer = setInterval(() => {
    void look().catch(() => {})
    void lookForSilent()
  }, LOOK_EVERY_MS)
  void look().catch(() => {})

  const observer: Observer = {
    voter,
    async *sweep(signal) {
      await look()
      for (const primary of worthAsking()) yield* primary.sweep(signal)
      throwIfAllSilent()
    },
    async reread(keys) {
      const found = await rereadOf(keys, plan ?? (await look()))
      const missing = keys.filter((key) => !found.has(key) && !silenceOf(key))
      throwIfAllSilent()
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
      const lost: OnLost = (why, isEmptied) => {
        if (!watching.has(lost)) return
        void end()
        onLost(why, isEmptied)
      }
      watching.add(lost)
      const begun = await Promise.allSettled(worthAsking().map((primary) => primary.watch(onKeys, lost)))
      for (const each of begun) if (each.status === 'fulfilled' && each.value) stops.push(each.value)
      const refusal = begun.find((each) => each.status === 'rejected')
      if (!watching.has(lost) || refusal || stops.length === 0) {
        // What was lost meanwhile is lost as a whole.
        await end()
        if (refusal) throw refusal.reason
        throwIfAllSilent()
      }
      return end
    },
    silence: (key) => silenceOf(key),
    onSilence(changed) {
      onSilence.add(changed)
      return () => void onSilence.delete(changed)
    },
    commands: () => [...primaries.values()].reduce((sum, { reader }) => sum + reader.spent, 0),
    lacks: () => [...new Set([...primaries.values()].flatMap(({ lacks }) => lacks))],
    setAside: () => [...primaries.values()].flatMap(({ setAside }) => setAside),
  }
  /** Nobody waits for those that are silent, unless there is nobody else. */
  const worthAsking = (): WatchedPrimary[] => {
    const all = [...primaries.values()]
    const there = all.filter(({ isThere }) => isThere)
    return there.length > 0 ? there : all
  }
  const throwIfAllSilent = () => {
    const all = [...primaries.values()]
    if (all.length === 0) throw new ReadFailed('CLUSTERDOWN nobody serves any slot')
    if (all.every(({ silence }) => silence)) throw all[0]?.trouble
  }
  const silenceOf = (key: KeyId): Silence | null => {
    if (!plan || (plan.isWhole && [...primaries.values()].every(({ silence }) => !silence))) return null
    const primary = primaries.get(plan.primaryOf(fromKeyId(key)) ?? '')
    return primary ? primary.silence : UNSERVED
  }
  const rereadOf = async (keys: readonly KeyId[], by: ClusterPlan) => {
    const shares = new Map<WatchedPrimary, KeyId[]>()
    for (const key of keys) {
      const primary = primaries.get(by.primaryOf(fromKeyId(key)) ?? '')
      if (!primary || primary.silence) continue
      const share = shares.get(primary)
      if (share) share.push(key)
      else shares.set(primary, [key])
    }
    // Where nobody has to be asked there are other things to do meanwhile.
    if (shares.size === 0) await new Promise((resolve) => setImmediate(resolve))
    const parts = await Promise.all([...shares].map(([primary, share]) => primary.reread(share)))
    return new Map<KeyId, Sighting | null>(parts.flatMap((part) => [...part]))
  }
  return {
    observer,
    servers: () => [...servers.values()],
    close() {
      clearInterval(timer)
      for (const { reader } of seeds) reader.close()
      for (const primary of primaries.values()) primary.close()
      for (const server of servers.values()) server.close()
    },
  }
}

/** Of a slot that nobody serves. */
const UNSERVED: Silence = { since: null, readAt: null }

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
