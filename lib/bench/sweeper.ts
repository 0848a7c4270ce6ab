import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { createDigest } from '../engines/digest.ts'
import { ClockOffset } from '../engines/redis/node-time.ts'
import { sweepIndex } from '../engines/redis/observe-index.ts'
import { PAGE } from '../engines/redis/observe-pages.ts'
import { SeenKeys } from '../engines/redis/observe-seen.ts'
import { createBudget } from '../engines/redis/read-budget.ts'
import { createWay } from '../engines/redis/read-way.ts'
import { openReader, type Reader } from '../engines/redis/reader.ts'
import { openBackend } from '../engines/registry.ts'
import type { Observer } from '../engines/roles.ts'
import { backendSpecSchema } from '../engines/spec.ts'
import { answerParent } from './ask-child.ts'
import type { SweeperOrder, SweepWay, Swept } from './sweep-orders.ts'

/** A process that reads all there is on one Redis, in one way or another. */

const digest = createDigest('a key of the benchmark', 16)
const SETTLE_MS = 100
const NO_PACE = 1_000_000

let reader: Reader | null = null
let observer: Observer | null = null

answerParent<SweeperOrder, Swept | null>(async (order) => {
  if (order.kind === 'run') return await measured(order.way)
  reader = openReader(order.url)
  // Sweeps follow each other here without the rest in which a budget fills again.
  const spec = backendSpecSchema.parse({ id: 'bench', kind: 'redis', url: order.url, budget: NO_PACE })
  const open = await openBackend(spec, { digest })
  observer = open.observers[0] ?? null
  await reader.read((client) => client.ping())
  await observer?.reread([])
  return null
})

async function measured(way: SweepWay): Promise<Swept> {
  globalThis.gc?.()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await pause(SETTLE_MS)
  delay.reset()
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const found = await run(way)
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  delay.disable()
  return { ms, found, blockedMs: delay.max / 1e6, cpuMs: (user + system) / 1_000 }
}

async function run(way: SweepWay): Promise<number> {
  if (!reader || !observer) throw new Error('nothing is open')
  if (way === 'bare') return await scanBare(reader)
  const { signal } = new AbortController()
  const own = { reader, way: createWay(reader), digest, clock: new ClockOffset() }
  const pages =
    way === 'sweep' ? observer.sweep(signal) : sweepIndex(own, createBudget(NO_PACE), new SeenKeys(), signal)
  let found = 0
  for await (const page of pages) found += page.length
  return found
}

/** As few commands as there can be, by the same client: names and nothing else. */
async function scanBare({ client }: Reader): Promise<number> {
  let found = 0
  let cursor = '0'
  do {
    const [next, keys] = (await client.callBuffer('SCAN', cursor, 'COUNT', PAGE)) as [Buffer, Buffer[]]
    cursor = next.toString()
    found += keys.length
  } while (cursor !== '0')
  return found
}
