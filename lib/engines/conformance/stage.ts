import { type Capabilities, createLocks, type Hold, type Locks, type LocksOptions } from '../../core/index.ts'
import type { ClosableNode, Subject } from './subject.ts'

export interface ClientOptions extends Partial<LocksOptions> {
  /** Default: the subject's. */
  nodes?: () => ClosableNode[]
  /** What stands between the client and its nodes. */
  through?: (nodes: ClosableNode[]) => ClosableNode[]
}

/** The clients of one test, and names that no other test uses. */
export interface Stage {
  readonly subject: Subject
  /** For who waits until it is over. */
  readonly short: { readonly ttlMs: number }
  /** For who is renewed meanwhile, though the machine be busy. */
  readonly steady: { readonly ttlMs: number }
  /** For who must not be saved by its being over: it outlasts every wait here. */
  readonly long: { readonly ttlMs: number }
  readonly capabilities: Capabilities
  /** How many nodes vote; one decides alone. */
  readonly voters: number
  readonly alone: boolean
  name(): string
  client(service: string, options?: ClientOptions): Locks
  /** A client's own nodes, for what only they say. */
  nodes(): ClosableNode[]
  /** How many hold it for certain: on more than half of the nodes. */
  holders(name: string): Promise<number>
  clear(): Promise<void>
}

export interface Declared {
  capabilities: Capabilities
  voters: number
}

export async function declaredBy(subject: Subject): Promise<Declared> {
  const nodes = subject.connect()
  await Promise.all(nodes.map((node) => node.close()))
  const [first] = nodes
  if (!first) throw new Error('a backend has a node')
  return { capabilities: first.capabilities, voters: nodes.length }
}

/** Nodes of clients to come. */
export type Pool = ClosableNode[][]

const CLIENTS_AT_ONCE = 12

export async function createPool(subject: Subject): Promise<Pool> {
  const pool = Array.from({ length: CLIENTS_AT_ONCE }, subject.connect)
  await Promise.all(pool.flat().map((node) => node.read(['conformance/0'])))
  return pool
}

/** Far beyond what anything here needs: a wait this long has failed. */
export const WAIT_MS = 15_000
const GENEROUS_MS = 5_000
const STEADY_MS = 3_000

let names = 0

/**
 * With a pool, clients take their nodes from it and give them back, connected: so that a test measures no connecting.
 */
export function createStage(subject: Subject, { capabilities, voters }: Declared, pool?: Pool): Stage {
  const opened: Locks[] = []
  const connected: ClosableNode[] = []
  const borrowed: ClosableNode[][] = []
  const connect = (nodes = subject.connect()) => {
    connected.push(...nodes)
    return nodes
  }
  const borrow = () => {
    if (!pool) return connect()
    const nodes = pool.pop() ?? subject.connect()
    borrowed.push(nodes)
    return nodes
  }
  return {
    subject,
    short: { ttlMs: subject.ttlMs },
    steady: { ttlMs: Math.max(STEADY_MS, subject.ttlMs) },
    long: { ttlMs: subject.maxTtlMs },
    capabilities,
    voters,
    alone: voters === 1,
    name() {
      names += 1
      return `conformance/${names}`
    },
    client(service, { nodes, through = (all: ClosableNode[]) => all, ...options } = {}) {
      const all = nodes ? connect(nodes()) : borrow()
      const backend = { id: 'conformance', nodes: through(all), maxTtlMs: subject.maxTtlMs }
      // Generous: a busy machine must not look like a silent node. Deadlines are tested on a virtual clock.
      const nodeTimeoutMs = pool ? GENEROUS_MS : subject.ttlMs / 2
      const locks = createLocks({ backend, owner: { service }, nodeTimeoutMs, ...options })
      opened.push(locks)
      return locks
    },
    nodes: () => connect(),
    async holders(name) {
      const votes = new Map<string, number>()
      for (const token of await subject.probe.tokens(name)) votes.set(token, (votes.get(token) ?? 0) + 1)
      return [...votes.values()].filter((count) => count > voters / 2).length
    },
    async clear() {
      subject.resume()
      await Promise.all(opened.splice(0).map((locks) => locks.close()))
      await Promise.all(connected.splice(0).map((node) => node.close()))
      pool?.push(...borrowed.splice(0))
    },
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function until(
  isSo: () => Promise<boolean> | boolean,
  otherwise: () => string = () => `not so: ${isSo}`,
): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`after ${WAIT_MS} ms ${otherwise()}`)
    await pause(20)
  }
}

/** Until nothing of it is left. */
export async function untilClean({ subject }: Stage, name: string): Promise<void> {
  let left: string[] = []
  const isClean = async () => {
    left = await subject.probe.left(name)
    return left.length === 0
  }
  await until(isClean, () => `there is ${left.join(', ')} left`)
}

/** Until so many are queued, as the store itself says. */
export const untilQueued = ({ subject }: Stage, name: string, count = 1): Promise<void> =>
  until(async () => (await subject.probe.waiters(name)) >= count)

/** What the signal of a hold says when it aborts. */
export const told = (hold: Hold): Promise<unknown> =>
  new Promise((resolve) => {
    if (hold.signal.aborted) resolve(hold.signal.reason)
    else hold.signal.addEventListener('abort', () => resolve(hold.signal.reason), { once: true })
  })

/** The code of the error that this ends with, or `granted`. */
export const outcomeOf = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'granted',
    (error) => error.code ?? error,
  )
