import { setMaxListeners } from 'node:events'
import { type AcquireOptions, createLocks, LockError } from '../core/index.ts'
import { openLockNodes } from '../engines/registry.ts'
import type { BackendSpec } from '../engines/spec.ts'
import { type RecordedHold, recordLocks } from './client.ts'
import { recordTo } from './history.ts'
import { follow, type Plan } from './plan.ts'
import { openResource } from './resource-client.ts'

/** A process that takes locks. What it is comes as its only argument, what it should do as messages of its parent. */
export interface WorkerSetup {
  name: string
  historyFile: string
  resourcePort: number
  backend: BackendSpec
  nodeTimeoutMs?: number
  /** How wrong the wall clock of this process is. */
  clockErrorMs?: number
}

export type Command =
  | { act: 'acquire'; key: string; options: AcquireOptions }
  | { act: 'release' | 'renew' | 'write'; hold: string }
  /** What the holder is told. */
  | { act: 'look'; hold: string }
  /** Blocks the event loop, then looks before and after anything else could run. */
  | { act: 'stall'; hold: string; ms: number }
  /** Sets the wall clock of this process. */
  | { act: 'turn'; byMs: number }
  | { act: 'start'; plans: Plan[] }
  | { act: 'stop' }
  | { act: 'close' }

export interface Look {
  remainingMs: number
  /** The code that the signal aborted with. */
  aborted: string | null
}

export type Outcome =
  | { done: true; hold?: string; fence?: string | null; remainingMs?: number; looks?: Look[]; yes?: boolean }
  | { done: false; code: string; message: string; hint: string | null }

const setup: WorkerSetup = JSON.parse(process.argv[2] ?? '{}')
if (setup.clockErrorMs) turnWallClock(setup.clockErrorMs)
const { backend, close: closeNodes } = openLockNodes(setup.backend)
const { name, nodeTimeoutMs } = setup
const locks = createLocks({
  backend,
  owner: { service: name },
  ...(nodeTimeoutMs === undefined ? {} : { nodeTimeoutMs }),
})
const resource = openResource(setup.resourcePort)
const recorded = recordLocks(locks, resource, recordTo(setup.historyFile, name), name)
let stop = new AbortController()
let working: Promise<unknown> = Promise.resolve()

async function carryOut(command: Command): Promise<Outcome> {
  switch (command.act) {
    case 'acquire': {
      const { id, hold } = await recorded.acquire(command.key, command.options)
      return { done: true, hold: id, fence: hold.fence, remainingMs: hold.remainingMs() }
    }
    case 'release':
      await holdOf(command.hold).release()
      return { done: true }
    case 'renew':
      return { done: true, yes: await holdOf(command.hold).hold.renew() }
    case 'write':
      return { done: true, yes: await holdOf(command.hold).write() }
    case 'look':
      return { done: true, looks: [lookAt(holdOf(command.hold))] }
    case 'stall':
      return { done: true, looks: await stall(holdOf(command.hold), command.ms) }
    case 'turn':
      turnWallClock(command.byMs)
      return { done: true }
    case 'start':
      stop = new AbortController()
      setMaxListeners(0, stop.signal)
      working = Promise.all(command.plans.map((plan) => follow(plan, recorded, stop.signal)))
      return { done: true }
    case 'stop':
      stop.abort()
      await working
      return { done: true }
    case 'close':
      stop.abort()
      await working
      await locks.close()
      await closeNodes()
      resource.close()
      return { done: true }
  }
}

function holdOf(id: string): RecordedHold {
  const hold = recorded.holds.get(id)
  if (!hold) throw new Error(`${id} is not held here`)
  return hold
}

function lookAt({ hold }: RecordedHold): Look {
  const { aborted, reason } = hold.signal
  return { remainingMs: hold.remainingMs(), aborted: aborted ? reason.code : null }
}

async function stall(hold: RecordedHold, ms: number): Promise<Look[]> {
  const until = performance.now() + ms
  while (performance.now() < until);
  const before = lookAt(hold)
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  return [before, lookAt(hold)]
}

function turnWallClock(byMs: number): void {
  const now = Date.now
  Date.now = () => now() + byMs
}

process.on('message', async ({ id, command }: { id: number; command: Command }) => {
  const outcome = await carryOut(command).catch((error: unknown): Outcome => {
    const isLockError = error instanceof LockError
    const message = error instanceof Error ? error.message : String(error)
    return {
      done: false,
      code: isLockError ? error.code : 'bug',
      message,
      hint: isLockError ? error.hint : null,
    }
  })
  process.send?.({ id, outcome })
  if (command.act === 'close') process.disconnect?.()
})
process.once('disconnect', () => setTimeout(() => process.exit(), 500).unref())
await connected()
process.send?.({ ready: true })

/** So that a test does not take the first connecting for a fault. */
async function connected(): Promise<void> {
  const readings = backend.nodes.map((node) => node.read(['connected?']))
  await Promise.race([
    Promise.allSettled(readings),
    new Promise((resolve) => setTimeout(resolve, 1_500).unref()),
  ])
}
