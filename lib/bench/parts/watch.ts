import { setTimeout as pause } from 'node:timers/promises'
import { type BackendSpec, backendSpecSchema } from '../../engines/spec.ts'
import { type Child, startChild } from '../ask-child.ts'
import type { Place } from '../contender.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { ratioOf } from '../rounds.ts'
import { type RedisServers, startRedisServers } from '../servers.ts'
import type { Settings } from '../settings.ts'
import { median, percentile } from '../stats.ts'
import { figure } from '../table.ts'
import { type Line, verdicts } from '../verdict.ts'
import {
  type Changed,
  type ChangerOrder,
  type Followed,
  PATTERN,
  type WatcherOrder,
} from '../watch-orders.ts'
import type { Part } from './part.ts'

const PER_SECOND = 10_000
/** In turns; and before, so that what is measured is compiled. */
const FOLLOWED = 10
const BEFORE = 3
const SETTLE_MS = 3_000
/** After the last change everything has to be right at once; so long it is asked whether it ever is. */
const RIGHT_WITHIN_MS = 20_000
const WARM_UP = 1_000
const WARM_UP_MS = 5_000

export const watch: Part = {
  name: 'watch',
  title: 'Following the locks of others: steady state, memory, and five nodes',
  async run(settings) {
    const followed = await steadyState(settings)
    return verdicts([...followed, ...(await fiveNodes(settings))])
  },
}

type Watcher = Child<WatcherOrder, unknown>
type Changer = Child<ChangerOrder, unknown>

const specOf = ({ kind, urls: [url, ...urls] }: Place): BackendSpec =>
  backendSpecSchema.parse({
    ...{ id: 'bench', kind, patterns: [PATTERN] },
    ...(kind === 'redis' ? { url } : { nodes: [url, ...urls] }),
  })

async function steadyState({ locks, turnMs }: Settings): Promise<Line[]> {
  const servers = await startRedisServers('redis')
  const watcher: Watcher = startChild('./watcher.js')
  const changer: Changer = startChild('./changer.js')
  const grown = await memoryPerLock(servers.place, watcher, changer, locks)
  const forMs = FOLLOWED * turnMs
  const unwatched = await whileChanging(servers, changer, locks, forMs, () => pause(forMs))
  await watcher.ask({ kind: 'open', spec: specOf(servers.place), locks: 1 })
  await whileChanging(servers, changer, locks, BEFORE * turnMs, () => pause(BEFORE * turnMs))
  await pause(SETTLE_MS)
  const watched = await whileChanging(servers, changer, locks, forMs, async () => {
    return (await watcher.ask({ kind: 'follow', forMs: forMs + 1_000 })) as Followed
  })
  const wrong = await wrongAtTheEnd(watcher, changer, locks)
  watcher.close()
  changer.close()
  await servers.close()
  const { delays, unseen } = delaysOf(watched.changed, watched.meanwhile)
  const { cpu, blockedMs } = watched.meanwhile
  return [
    {
      scenario: `memory, ${locks} locks`,
      ours: `${figure(grown / 2 ** 20)} MB`,
      findings: [{ value: grown / locks, of: 'bytes of RSS per lock', most: 400 }],
    },
    {
      scenario: `${PER_SECOND} changes a second among ${locks} locks`,
      ours: `${watched.changed.sent.length} seen`,
      findings: [
        { value: percentile(delays, 0.5), of: 'ms p50', most: 2 },
        { value: percentile(delays, 0.99), of: 'ms p99', most: 20 },
        { value: wrong, of: 'locks wrong at the end', most: 0 },
        { value: unseen, of: 'changes never seen by themselves' },
      ],
    },
    {
      scenario: 'meanwhile, the watching process',
      ours: `${figure(cpu)} % of a core`,
      findings: [
        { value: cpu, of: '% of a core', most: 60 },
        { value: blockedMs, of: 'ms blocked at most', most: 20 },
      ],
    },
    {
      scenario: 'CPU of Redis per change',
      ours: `${figure(watched.storeMs)} ms`,
      raw: `${figure(unwatched.storeMs)} ms`,
      findings: [{ value: watched.storeMs / unwatched.storeMs, of: 'x of unwatched', most: 2.2 }],
    },
  ]
}

/** How much the process grows by, after it has watched a few that change as often: its heap for what is new has grown. */
async function memoryPerLock(
  place: Place,
  watcher: Watcher,
  changer: Changer,
  locks: number,
): Promise<number> {
  await changer.ask({ kind: 'fill', urls: place.urls, locks: WARM_UP })
  await watcher.ask({ kind: 'open', spec: specOf(place), locks: WARM_UP })
  const [url = ''] = place.urls
  await changer.ask({ kind: 'change', url, locks: WARM_UP, perSecond: PER_SECOND, forMs: WARM_UP_MS })
  const before = (await watcher.ask({ kind: 'rss' })) as number
  await watcher.ask({ kind: 'close' })
  await changer.ask({ kind: 'fill', urls: place.urls, locks })
  await watcher.ask({ kind: 'open', spec: specOf(place), locks })
  const grown = ((await watcher.ask({ kind: 'rss' })) as number) - before
  await watcher.ask({ kind: 'close' })
  return grown
}

interface While<T> {
  changed: Changed
  meanwhile: T
  /** Of a thousand changes. */
  storeMs: number
}

async function whileChanging<T>(
  { place }: RedisServers,
  changer: Changer,
  locks: number,
  forMs: number,
  meanwhile: () => Promise<T>,
): Promise<While<T>> {
  const [url = ''] = place.urls
  const before = await cpuOf(place)
  const following = meanwhile()
  await pause(200)
  const changed = (await changer.ask({ kind: 'change', url, locks, perSecond: PER_SECOND, forMs })) as Changed
  const result = await following
  const storeMs = (((await cpuOf(place)) - before) * 1e6) / ((forMs / 1_000) * PER_SECOND)
  return { changed, meanwhile: result, storeMs }
}

/** Seconds of a core that Redis has used. */
async function cpuOf({ urls }: Place): Promise<number> {
  const clients = await openClients(urls)
  const info = (await clients[0]?.info('cpu')) ?? ''
  closeClients(clients)
  return ['used_cpu_user', 'used_cpu_sys'].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name}:(.+)$`, 'm').exec(info)?.[1]),
    0,
  )
}

/** A change that was overtaken by another of its lock before it was read is never seen by itself. */
function delaysOf({ sent }: Changed, { seen }: Followed): { delays: number[]; unseen: number } {
  // What is only renewed later is told again.
  const seenAt = new Map([...seen].reverse())
  const delays = sent.flatMap(([change, at]) => {
    const until = seenAt.get(change)
    return until === undefined ? [] : [until - at]
  })
  return { delays, unseen: sent.length - delays.length }
}

async function wrongAtTheEnd(watcher: Watcher, changer: Changer, locks: number): Promise<number> {
  const right = (await changer.ask({ kind: 'state', locks })) as number[]
  const endsAt = performance.now() + RIGHT_WITHIN_MS
  for (;;) {
    const wrong = differences(right, (await watcher.ask({ kind: 'state', locks })) as number[])
    if (wrong === 0 || performance.now() > endsAt) return wrong
    await pause(250)
  }
}

const differences = (one: readonly number[], other: readonly number[]): number =>
  one.filter((value, index) => value !== other[index]).length

/** In turns: one node alone, and five with the same locks. */
async function fiveNodes({ locks, rounds }: Settings): Promise<Line[]> {
  const few = Math.ceil(locks / 5)
  const servers = await startRedisServers('redlock')
  const changer: Changer = startChild('./changer.js')
  await changer.ask({ kind: 'fill', urls: servers.place.urls, locks: few })
  const [url = ''] = servers.place.urls
  const took: Record<'redis' | 'redlock', number[]> = { redis: [], redlock: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of ['redis', 'redlock'] as const) {
      const place: Place = kind === 'redis' ? { kind, urls: [url] } : servers.place
      took[kind].push(await timeToKnow(place, few))
    }
  }
  changer.close()
  await servers.close()
  return [
    {
      scenario: `${few} locks on each of five nodes, until all are known`,
      ours: `${figure(median(took.redlock))} ms`,
      raw: `${figure(median(took.redis))} ms, one node`,
      findings: [{ value: ratioOf(took.redlock, took.redis), of: 'x one node', most: 1.5 }],
    },
  ]
}

/** In a process of its own, the second time: the first one compiles. */
async function timeToKnow(place: Place, locks: number): Promise<number> {
  const watcher: Watcher = startChild('./watcher.js')
  const spec = specOf(place)
  await watcher.ask({ kind: 'open', spec, locks })
  await watcher.ask({ kind: 'close' })
  const took = (await watcher.ask({ kind: 'open', spec, locks })) as number
  watcher.close()
  return took
}
