import { startChild } from '../ask-child.ts'
import { type CandidateId, labelOf, OURS, REDIS_PEERS } from '../candidates.ts'
import type { Place } from '../contender.ts'
import type { KeeperOrder } from '../keeper.ts'
import { closeClients, openClients } from '../redis-clients.ts'
import { startRedisServers } from '../servers.ts'
import { figure, table } from '../table.ts'
import type { Part } from './part.ts'

const HOLDS = 10_000
const WARM_UP = 500
const EVERYBODY: readonly CandidateId[] = [OURS, 'raw-redis', ...REDIS_PEERS]

export const footprint: Part = {
  name: 'footprint',
  title: `Bytes per held lock, over ${HOLDS} of them; published without a goal`,
  async run(settings) {
    const rows: string[][] = []
    for (const id of EVERYBODY.filter(settings.takesPart)) {
      const { heap, store } = await footprintOf(id)
      rows.push([labelOf(id), figure(heap), figure(store)])
    }
    return table(['', "heap of the client's process", 'memory of Redis'], rows)
  },
}

async function footprintOf(id: CandidateId): Promise<{ heap: number; store: number }> {
  const servers = await startRedisServers('redis')
  const keeper = startChild<KeeperOrder, number>('./keeper.js')
  await keeper.ask({ kind: 'open', id, place: servers.place })
  await keeper.ask({ kind: 'hold', from: 0, to: WARM_UP })
  await keeper.ask({ kind: 'release' })
  const heapBefore = await keeper.ask({ kind: 'heap' })
  const storeBefore = await memoryOf(servers.place)
  await keeper.ask({ kind: 'hold', from: 0, to: HOLDS })
  const store = (await memoryOf(servers.place)) - storeBefore
  const heap = (await keeper.ask({ kind: 'heap' })) - heapBefore
  keeper.close()
  await servers.close()
  return { heap: heap / HOLDS, store: store / HOLDS }
}

/** What all keys together take, by MEMORY USAGE. An index's share is in it. */
async function memoryOf({ urls }: Place): Promise<number> {
  const clients = await openClients(urls)
  let bytes = 0
  for await (const page of clients[0]?.scanStream({ count: 1_000 }) ?? []) {
    const sizes = await Promise.all(
      [...new Set<string>(page)].map((key) => clients[0]?.memory('USAGE', key, 'SAMPLES', 0)),
    )
    bytes += sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  }
  closeClients(clients)
  return bytes
}
