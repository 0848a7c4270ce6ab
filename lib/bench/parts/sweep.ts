import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { type Child, startChild } from '../ask-child.ts'
import { fill } from '../fill-redis.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { inTurn, ratioOf } from '../rounds.ts'
import { startRedisServers } from '../servers.ts'
import type { Settings } from '../settings.ts'
import { median, percentile } from '../stats.ts'
import type { SweeperOrder, SweepWay, Swept } from '../sweep-orders.ts'
import { figure, table } from '../table.ts'
import { type Line, verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

interface Turn extends Swept {
  /** Of another client, meanwhile. */
  pingMs: number
}

export const sweep: Part = {
  name: 'sweep',
  title: 'Reading everything on one Redis, against the bare SCAN of all names',
  async run(settings) {
    const others = await measure(settings, 'others', ['bare', 'sweep'])
    const ours = await measure(settings, 'ours', ['bare', 'index'])
    return [verdicts([...ofOthers(others, settings), ofOurs(ours, settings)]), details(others, ours)].join(
      '\n\n',
    )
  },
}

type Turns = Map<SweepWay, Turn[]>

async function measure(
  { keys, locks, rounds }: Settings,
  whose: 'ours' | 'others',
  ways: readonly SweepWay[],
): Promise<Turns> {
  const servers = await startRedisServers('redis')
  const [client] = await openClients(servers.place.urls)
  const sweeper: Child<SweeperOrder, Swept> = startChild('./sweeper.js')
  if (!client) throw new Error('nothing to read')
  await fill(client, keys, locks, whose)
  await sweeper.ask({ kind: 'open', url: servers.place.urls[0] ?? '' })
  for (const way of ways) await sweeper.ask({ kind: 'run', way })
  const turns = await inTurn(rounds, ways, async (way) => {
    const pings = pingWhile(client)
    const swept = await sweeper.ask({ kind: 'run', way })
    return { ...swept, pingMs: await pings.end() }
  })
  sweeper.close()
  closeClients([client])
  await servers.close()
  return turns
}

/** One at a time, a millisecond apart; at its end the 99th percentile. */
function pingWhile(client: Redis): { end(): Promise<number> } {
  const tookMs: number[] = []
  let isOver = false
  const running = (async () => {
    while (!isOver) {
      const sentAt = performance.now()
      await client.ping()
      tookMs.push(performance.now() - sentAt)
      await pause(1)
    }
  })()
  return {
    async end() {
      isOver = true
      await running
      return percentile(tookMs, 0.99)
    },
  }
}

const all = (turns: Turns, way: SweepWay, of: keyof Turn): number[] =>
  (turns.get(way) ?? []).map((turn) => turn[of])

function ofOthers(turns: Turns, { locks }: Settings): Line[] {
  const found = median(all(turns, 'sweep', 'found'))
  return [
    {
      scenario: 'a full sweep, locks of others',
      ours: `${figure(median(all(turns, 'sweep', 'ms')))} ms`,
      raw: `${figure(median(all(turns, 'bare', 'ms')))} ms`,
      findings: [
        { value: ratioOf(all(turns, 'sweep', 'ms'), all(turns, 'bare', 'ms')), of: 'x bare SCAN', most: 2 },
        { value: found, of: 'locks found', least: locks },
      ],
    },
    {
      scenario: "another client's PING meanwhile, p99",
      ours: `${figure(median(all(turns, 'sweep', 'pingMs')))} ms`,
      raw: `${figure(median(all(turns, 'bare', 'pingMs')))} ms`,
      findings: [{ value: median(all(turns, 'sweep', 'pingMs')), of: 'ms', most: 5 }],
    },
    {
      scenario: 'the event loop of who reads, at worst',
      ours: `${figure(median(all(turns, 'sweep', 'blockedMs')))} ms`,
      findings: [{ value: median(all(turns, 'sweep', 'blockedMs')), of: 'ms blocked', most: 20 }],
    },
  ]
}

function ofOurs(turns: Turns, { locks }: Settings): Line {
  return {
    scenario: 'our own locks by their index',
    ours: `${figure(median(all(turns, 'index', 'ms')))} ms`,
    raw: `${figure(median(all(turns, 'bare', 'ms')))} ms`,
    findings: [
      { value: ratioOf(all(turns, 'index', 'ms'), all(turns, 'bare', 'ms')), of: 'x bare SCAN', most: 0.5 },
      { value: median(all(turns, 'index', 'found')), of: 'locks found', least: locks },
    ],
  }
}

function details(others: Turns, ours: Turns): string {
  const row = (title: string, turns: Turns, way: SweepWay) => [
    title,
    ...(['ms', 'cpuMs', 'pingMs', 'blockedMs'] as const).map((of) => figure(median(all(turns, way, of)))),
  ]
  return table(
    ['', 'ms', 'CPU of who reads, ms', 'PING p99 ms', 'loop blocked ms'],
    [
      row('bare SCAN', others, 'bare'),
      row('sweep, locks of others', others, 'sweep'),
      row('bare SCAN beside our locks', ours, 'bare'),
      row('index of our locks', ours, 'index'),
    ],
  )
}
