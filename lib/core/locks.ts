import { createAdvisor } from './advisor.ts'
import { askOnce } from './ask-once.ts'
import { createBackground } from './background.ts'
import type { Clock } from './clock.ts'
import { createContended } from './contended.ts'
import { createEars } from './ears.ts'
import { createEnding, type Ending } from './ending.ts'
import { LockError } from './errors.ts'
import { createFences } from './fences.ts'
import type { Hold } from './hold.ts'
import { createLine } from './line.ts'
import { defaultNodeTimeoutMs, type Means } from './means.ts'
import type { Backend } from './node.ts'
import { createOrders, type Orders } from './orders.ts'
import type { Owner } from './owner.ts'
import type { Random } from './random.ts'
import { createRenewals } from './renewals.ts'
import { type AcquireOptions, type AskOptions, type Purpose, type Wish, wishFor } from './request.ts'
import { systemClock, systemRandom, thisProcess } from './system.ts'
import { type Tried, toTried } from './tried.ts'
import { createUnderWay } from './under-way.ts'
import { waitAlone } from './wait-alone.ts'
import { waitForVotes } from './wait-votes.ts'
import { failureOf, unlessOver } from './waiting.ts'

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
  /** Default `efficiency`. */
  purpose?: Purpose
}

export interface Locks extends Orders {
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
  const { backend, autoRenew = true, purpose = 'efficiency' } = options
  const closing = createEnding()
  const means = meansOf(options, closing)
  const capabilities = backend.nodes.map((node) => node.capabilities)
  const tellsLoss = capabilities.some((one) => one.tellsLoss)
  const defaults = { autoRenew, purpose, maxTtlMs: backend.maxTtlMs, capabilities }
  const under = createUnderWay()
  means.ears.onLook((name) => {
    for (const hold of means.holds) if (hold.name === name) void hold.renew()
  })

  const prepare = (name: string, askOptions: AcquireOptions): Wish => {
    if (closing.isOver) throw closedError(name)
    return wishFor(name, askOptions, defaults)
  }
  /** Closing waits for what is being asked for, and nobody asks or is handed a hold after it. */
  const asked = async <T>(
    wish: Wish,
    ask: (wish: Wish, means: Means) => Promise<T>,
    holdOf: (result: T) => Hold | null,
  ): Promise<T> => {
    under.begin()
    try {
      const listening = means.ears.open(means.nodeTimeoutMs(wish.ttlMs))
      if (tellsLoss) await listening
      if (closing.isOver) throw closedError(wish.name)
      const result = await ask(wish, means)
      if (!closing.isOver) return result
      await holdOf(result)?.release()
      throw closedError(wish.name)
    } catch (error) {
      throw closing.isOver ? closedError(wish.name) : error
    } finally {
      under.finish()
    }
  }

  const end = async () => {
    closing.end(closedError(''))
    await under.none()
    await Promise.allSettled([...means.holds].map((hold) => hold.release()))
    await means.ears.close()
    await means.background.settle(means.nodeTimeoutMs(backend.maxTtlMs))
    for (const line of means.lines) line.close()
  }
  let closed: Promise<void> | null = null

  const locks: Locks = {
    async acquire(name, askOptions) {
      const wish = prepare(name, askOptions)
      return asked(wish, wish.waitMs > 0 ? waitFor : takeNow, itself)
    },
    async tryAcquire(name, askOptions) {
      return asked(prepare(name, { ...askOptions, waitMs: 0 }), tryNow, holdIn)
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
    ...createOrders(means, (name) => {
      if (closing.isOver) throw closedError(name)
    }),
    close() {
      closed ??= end()
      return closed
    },
  }
  return locks
}

function meansOf(options: LocksOptions, closing: Ending): Means {
  const { backend, clock = systemClock, random = systemRandom } = options
  const { nodes, maxTtlMs } = backend
  if (nodes.length === 0)
    throw new LockError('invalid', `Backend ${backend.id} has no nodes.`, {
      lock: '',
      hint: 'Hand in the nodes of a backend, e.g. those that openLockNodes opens.',
    })
  const ids = new Set(nodes.map((node) => node.id))
  if (ids.size < nodes.length || new Set(nodes).size < nodes.length)
    throw new LockError('invalid', `Backend ${backend.id} counts a node twice.`, {
      lock: '',
      hint: 'The nodes of a quorum are independent servers, each named once.',
    })
  const owner = thisProcess(options.owner)
  const lines = nodes.map((node) => createLine(node, clock))
  const byNode = new Map(lines.map((line) => [line.node, line]))
  return {
    lines,
    lineTo: (node) => byNode.get(node) ?? createLine(node, clock),
    alone: nodes.length === 1,
    maxTtlMs,
    owner,
    clock,
    random,
    background: createBackground(clock),
    ears: createEars(nodes, owner.process, clock),
    renewals: createRenewals(clock),
    fences: createFences(clock),
    contended: createContended(clock),
    advisor: createAdvisor(lines, clock),
    holds: new Set(),
    closing,
    nodeTimeoutMs: (ttlMs) => options.nodeTimeoutMs ?? defaultNodeTimeoutMs(nodes.length, ttlMs),
  }
}

const waitFor = (wish: Wish, means: Means): Promise<Hold> =>
  (means.alone ? waitAlone : waitForVotes)(wish, means)

const itself = (hold: Hold): Hold => hold
const holdIn = (tried: Tried): Hold | null => (tried.granted ? tried.hold : null)

const tryNow = async (wish: Wish, means: Means): Promise<Tried> => toTried(wish, await askOnce(wish, means))

async function takeNow(wish: Wish, means: Means): Promise<Hold> {
  const tried = await askOnce(wish, means)
  if (tried.outcome !== 'granted') throw failureOf(wish, tried)
  return wish.signal ? unlessOver(tried.hold, wish, means) : tried.hold
}

const closedError = (lock: string): LockError =>
  new LockError('closed', 'These locks are closed.', { lock, hint: 'Make new ones with createLocks.' })
