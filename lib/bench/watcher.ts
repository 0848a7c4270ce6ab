import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { openBackend } from '../engines/registry.ts'
import type { OpenBackend } from '../engines/roles.ts'
import { createWatch } from '../watch/create-watch.ts'
import type { Watch } from '../watch/watch.ts'
import { answerParent } from './ask-child.ts'
import { changeOf, type Followed, lockName, type WatcherOrder, wallClock } from './watch-orders.ts'

/** A process that watches one backend, as the service does, and says what that costs it. */

const LONGEST_MS = 120_000

let watch: Watch | null = null
let open: OpenBackend | null = null

answerParent<WatcherOrder, unknown>(async (order) => {
  switch (order.kind) {
    case 'open':
      return await begin(order)
    case 'close':
      return await end()
    case 'rss':
      return await rss()
    case 'follow':
      return await follow(order.forMs)
    case 'state':
      return stateOf(order.locks)
  }
})

async function begin({ spec, locks }: Extract<WatcherOrder, { kind: 'open' }>): Promise<number> {
  const startedAt = performance.now()
  // Tokens of a benchmark are no secrets, and tell which change it was. As long as a digest.
  open = await openBackend(spec, { digest: (token) => token.toString().slice(10) })
  watch = createWatch([{ open, kind: spec.kind, environment: null, demo: false }])
  while (watch.locks.size < locks || watch.backends()[0]?.sweptAt === null) {
    if (performance.now() - startedAt > LONGEST_MS)
      throw new Error(`only ${watch.locks.size} locks were found`)
    await pause(2)
  }
  return performance.now() - startedAt
}

async function end(): Promise<null> {
  await watch?.close()
  await open?.close()
  watch = null
  return null
}

async function rss(): Promise<number> {
  for (let times = 0; times < 4; times += 1) {
    globalThis.gc?.()
    await pause(250)
  }
  return process.memoryUsage().rss
}

async function follow(forMs: number): Promise<Followed> {
  const seen: [number, number][] = []
  const stop = watch?.onChange(({ changed }) => {
    const at = wallClock()
    for (const id of changed) {
      const holder = watch?.locks.get(id)?.holders[0]
      if (holder) seen.push([changeOf(holder.tokenDigest), at])
    }
  })
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  const before = process.cpuUsage()
  await pause(forMs)
  const { user, system } = process.cpuUsage(before)
  delay.disable()
  stop?.()
  return { seen, cpu: (user + system) / 10 / forMs, blockedMs: delay.max / 1e6 }
}

/** -1 where nobody holds it. */
function stateOf(locks: number): number[] {
  const changes = new Map<string, number>()
  for (const { id, name, holders } of watch?.locks.briefs() ?? []) {
    const holder = holders.length > 0 ? watch?.locks.get(id)?.holders[0] : undefined
    if (holder) changes.set(name, changeOf(holder.tokenDigest))
  }
  return Array.from({ length: locks }, (_, index) => changes.get(lockName(index)) ?? -1)
}
