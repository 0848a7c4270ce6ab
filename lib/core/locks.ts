import { attempt, giveUp } from './attempt.ts'
import { createBackground } from './background.ts'
import type { Clock } from './clock.ts'
import { createEars } from './ears.ts'
import { LockError } from './errors.ts'
import type { Hold } from './hold.ts'
import { defaultNodeTimeoutMs, type Means } from './means.ts'
import type { Backend, HoldRef } from './node.ts'
import type { Owner } from './owner.ts'
import type { Random } from './random.ts'
import { type AcquireOptions, type AskOptions, checkRequest } from './request.ts'
import { systemClock, systemRandom, thisProcess } from './system.ts'
import { type Vote, voteOf } from './vote.ts'
import { waitFor } from './wait.ts'

export interface LocksOptions {
  backend: Backend
  /** Who takes the locks; host, pid and process are filled in. */
  owner: Pick<Owner, 'service'> & Partial<Owner>
  clock?: Clock
  random?: Random
  /** How long one node may take. Default: a tenth of the TTL on a quorum, a third on a lone node. */
  nodeTimeoutMs?: number
  /** Default true. */
  autoRenew?: boolean
}

export type Tried =
  | { granted: true; hold: Hold }
  | {
      granted: false
      why: 'held' | 'queued'
      holder: string | null
      votes: readonly Vote[]
      allVotes: Promise<readonly Vote[]>
    }

export interface Locks {
  /** Throws a LockError unless it is granted within `waitMs`. */
  acquire(name: string, options: AcquireOptions): Promise<Hold>
  /** Asks once. That somebody else has it is an answer; trouble is thrown. */
  tryAcquire(name: string, options: AskOptions): Promise<Tried>
  /** Holds the lock while `work` runs. Throws `lost` if it was lost before the work was done. */
  using<T>(name: string, options: AcquireOptions, work: (hold: Hold) => Promise<T> | T): Promise<T>
  /** Ends all waiting, gives back all holds, stops listening. The nodes stay open: they are the caller's. */
  close(): Promise<void>
}

export function createLocks(options: LocksOptions): Locks {
  const { backend, clock = systemClock, random = systemRandom, autoRenew = true } = options
  if (backend.nodes.length === 0) throw new RangeError(`backend ${backend.id} has no nodes`)
  const owner = thisProcess(options.owner)
  const background = createBackground(clock)
  const ears = createEars(backend.nodes, owner.process, clock)
  const means: Means = {
    nodes: backend.nodes,
    maxTtlMs: backend.maxTtlMs,
    owner,
    clock,
    random,
    background,
    ears,
    nodeTimeoutMs: (ttlMs) => options.nodeTimeoutMs ?? defaultNodeTimeoutMs(backend.nodes.length, ttlMs),
  }
  const holds = new Set<Hold>()
  const asking = new Set<Promise<unknown>>()
  const closing = new AbortController()
  const onEnd = (hold: Hold) => void holds.delete(hold)

  const prepare = async (name: string, ttlMs: number, waitMs: number) => {
    if (closing.signal.aborted) throw closedError(name)
    checkRequest(name, ttlMs, waitMs, backend.maxTtlMs)
    if (backend.nodes.some((node) => node.capabilities.tellsLoss)) await ears.open(means.nodeTimeoutMs(ttlMs))
  }
  /** Closing waits for what is being asked for, and nobody is handed a hold after it. */
  const tracked = async <T>(
    name: string,
    task: Promise<T>,
    holdOf: (result: T) => Hold | null,
  ): Promise<T> => {
    asking.add(task)
    const hold = holdOf(await task.finally(() => asking.delete(task)))
    if (hold) holds.add(hold)
    if (!hold || !closing.signal.aborted) return task
    await hold.release()
    throw closedError(name)
  }

  const locks: Locks = {
    async acquire(name, { ttlMs, waitMs = 0, signal, autoRenew: renews = autoRenew }) {
      await prepare(name, ttlMs, waitMs)
      const either = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal
      const wish = { name, ttlMs, waitMs, autoRenew: renews, signal: either }
      return tracked(name, waitFor(wish, means, onEnd), (hold) => hold)
    },
    async tryAcquire(name, { ttlMs, autoRenew: renews = autoRenew }) {
      await prepare(name, ttlMs, 0)
      const trying = tryOnce({ name, ttlMs, token: random.token() }, means, renews, onEnd)
      return tracked(name, trying, (tried) => (tried.granted ? tried.hold : null))
    },
    async using(name, askOptions, work) {
      const hold = await locks.acquire(name, askOptions)
      try {
        const result = await work(hold)
        hold.assertHeld()
        return result
      } finally {
        await hold.release()
      }
    },
    async close() {
      if (closing.signal.aborted) return
      closing.abort(closedError(''))
      await Promise.allSettled(asking)
      await Promise.allSettled([...holds].map((hold) => hold.release()))
      await ears.close()
      await background.settle(means.nodeTimeoutMs(backend.maxTtlMs))
    },
  }
  return locks
}

async function tryOnce(
  ref: HoldRef,
  means: Means,
  autoRenew: boolean,
  onEnd: (hold: Hold) => void,
): Promise<Tried> {
  const tried = await attempt(ref, means, { autoRenew, onEnd })
  if (tried.outcome === 'granted') return { granted: true, hold: tried.hold }
  const { ballots, complete } = tried.round
  await giveUp(ref, ballots, means)
  if (tried.outcome === 'trouble') throw tried.error
  const votes = () => ballots.map(voteOf)
  const { why, holder } = tried
  return { granted: false, why, holder, votes: votes(), allVotes: complete.then(votes) }
}

const closedError = (lock: string): LockError =>
  new LockError('closed', 'These locks are closed.', { lock, hint: 'Make new ones with createLocks.' })
