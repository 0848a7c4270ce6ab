import { setTimeout as pause } from 'node:timers/promises'
import { startChild } from '../ask-child.ts'
import { type CandidateId, labelOf, OURS } from '../candidates.ts'
import { type Place, TTL_MS } from '../contender.ts'
import type { KeeperOrder } from '../keeper.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { startRedisServers } from '../servers.ts'
import type { Settings } from '../settings.ts'
import { percentile } from '../stats.ts'
import { figure, table } from '../table.ts'
import { verdicts } from '../verdict.ts'
import type { Part } from './part.ts'

const HOLDS = 10_000
/** In turns. */
const WATCHED = 20

interface Burden {
  /** Percent of a core. */
  cpu: number
  pingMs: number
  stillHeld: number
}

export const renewals: Part = {
  name: 'renewals',
  title: `${HOLDS} holds of ${TTL_MS / 1_000} s, renewed by one process for 20 s`,
  async run(settings) {
    const ids: readonly CandidateId[] = [OURS, 'redis-semaphore']
    const idle = await burdenOf(null, settings)
    const burdens = new Map<CandidateId, Burden>()
    for (const id of ids.filter(settings.takesPart)) burdens.set(id, await burdenOf(id, settings))
    const { cpu, pingMs, stillHeld } = burdens.get(OURS) ?? { cpu: NaN, pingMs: NaN, stillHeld: NaN }
    return [
      verdicts([
        {
          scenario: 'CPU of the process',
          ours: `${figure(cpu)} %`,
          findings: [
            { value: cpu, of: '% of a core', most: 5 },
            { value: stillHeld, of: 'still held', least: HOLDS },
          ],
        },
        {
          scenario: "another client's PING, p99",
          ours: `${figure(pingMs)} ms`,
          findings: [
            { value: pingMs, of: 'ms', most: 3 },
            { value: idle.pingMs, of: 'ms with no holds' },
          ],
        },
      ]),
      table(
        ['', '% of a core', 'PING p99 ms', 'still held'],
        [...burdens].map(([id, burden]) => [
          labelOf(id),
          figure(burden.cpu),
          figure(burden.pingMs),
          String(burden.stillHeld),
        ]),
      ),
    ].join('\n\n')
  },
}

/** With a server of its own for everybody; null = nobody holds anything. */
async function burdenOf(id: CandidateId | null, { turnMs }: Settings): Promise<Burden> {
  const servers = await startRedisServers('redis')
  const forMs = WATCHED * turnMs
  const keeper = startChild<KeeperOrder, number>('./keeper.js')
  if (id) {
    await keeper.ask({ kind: 'open', id, place: servers.place })
    await keeper.ask({ kind: 'hold', from: 0, to: HOLDS })
    await pause(TTL_MS / 10)
  }
  const [busyMs, pingMs] = await Promise.all([
    keeper.ask({ kind: 'cpu', forMs }),
    pingFor(servers.place, forMs),
  ])
  const stillHeld = await heldAt(servers.place)
  keeper.close()
  await servers.close()
  return { cpu: (busyMs / forMs) * 100, pingMs, stillHeld }
}

async function pingFor({ urls }: Place, forMs: number): Promise<number> {
  const clients = await openClients(urls)
  const tookMs: number[] = []
  for (const endsAt = performance.now() + forMs; performance.now() < endsAt; await pause(1)) {
    const sentAt = performance.now()
    await clients[0]?.ping()
    tookMs.push(performance.now() - sentAt)
  }
  closeClients(clients)
  return percentile(tookMs, 0.99)
}

/** How many keys live a string's life there: every library here keeps one per lock. */
async function heldAt({ urls }: Place): Promise<number> {
  const clients = await openClients(urls)
  const keys = new Set<string>()
  for await (const page of clients[0]?.scanStream({ count: 1_000, type: 'string' }) ?? []) {
    for (const key of page) if (String(key).includes('customer/')) keys.add(String(key))
  }
  closeClients(clients)
  return keys.size
}
