import type { AcquireOptions } from '../core/index.ts'
import { createChance } from './chance.ts'
import type { RecordedHold, RecordedLocks } from './client.ts'

type Range = readonly [number, number]

/** What the clients of one worker do, over and over. */
export interface Plan {
  seed: number
  clients: number
  keys: string[]
  options: AcquireOptions
  /** How long a lock is held, and how long is rested between. */
  holdMs: Range
  restMs: Range
  /** Between writes under one hold. */
  writeEveryMs: number
  /** Writes on without looking whether it still holds, as careless code does. */
  careless?: boolean
}

/** Runs until the signal aborts; what fails is written down by the locks and tried again. */
export async function follow(plan: Plan, locks: RecordedLocks, stop: AbortSignal): Promise<void> {
  const clients = Array.from({ length: plan.clients }, (_, index) => beClient(plan, index, locks, stop))
  await Promise.all(clients)
}

async function beClient(plan: Plan, index: number, locks: RecordedLocks, stop: AbortSignal): Promise<void> {
  const chance = createChance(plan.seed * 1_000 + index)
  const within = ([from, to]: Range) => from + chance() * (to - from)
  while (!stop.aborted) {
    const key = plan.keys[Math.floor(chance() * plan.keys.length)] ?? ''
    const holdMs = within(plan.holdMs)
    const hold = await locks.acquire(key, { ...plan.options, signal: stop }).catch(() => null)
    if (hold) {
      await work(hold, holdMs, plan, stop)
      await hold.release().catch(() => {})
    }
    await rest(hold ? within(plan.restMs) : Math.max(20, within(plan.restMs)), stop)
  }
}

async function work(hold: RecordedHold, holdMs: number, plan: Plan, stop: AbortSignal): Promise<void> {
  const until = performance.now() + holdMs
  do {
    if (!hold.believes() && !plan.careless) return
    await hold.write()
    await rest(plan.writeEveryMs, stop)
  } while (performance.now() < until && !stop.aborted)
  if (hold.believes() || plan.careless) await hold.write()
}

function rest(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      stop.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    stop.addEventListener('abort', done, { once: true })
  })
}
