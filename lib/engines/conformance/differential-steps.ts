import fc from 'fast-check'
import type { Ask, HoldRef, LockNode, Owner, WaitRef } from '../../core/index.ts'

/** One kind of server under comparison, with what a test does to it behind the back of its node. */
export interface Engine {
  node: LockNode
  /** Forgets everything at once. */
  loseMemory(): Promise<void>
  bootstrap(): Promise<void>
  /** What the passing of time would end. */
  endHold(name: string): Promise<void>
  /** Only from the front: Redis keeps the dead further back in line until they are the first, memory never does. */
  endFirstWaits(name: string, count: number): Promise<void>
  endQuarantine(): Promise<void>
  /** What is stored of a name, read without the node. */
  look(name: string): Promise<Stored>
  /** The names that each process was told, in order, since the engine was made. */
  woken(): Promise<Record<string, string[]>>
}

export interface Stored {
  hold: { token: string; owner: Owner; ttlMs: number; fence: string | null; leftMs: number } | null
  /** In the order of the queue. */
  waiters: { ticket: string; owner: Owner; leftMs: number }[]
}

export type Step =
  | { do: 'attempt'; asks: Ask[] }
  | { do: 'renew' | 'release'; holds: HoldRef[] }
  | { do: 'leave'; waits: WaitRef[] }
  | { do: 'read'; names: string[] }
  | { do: 'end-hold'; name: string }
  | { do: 'end-first-waits'; name: string; count: number }
  | { do: 'lose-memory' | 'bootstrap' | 'end-quarantine' }

const HOUR_MS = 3_600_000
export const QUARANTINE_MS = 30 * HOUR_MS

export const NAMES = ['a', 'b', 'c d}:{"ü']
export const OWNERS: Owner[] = [
  { service: 'one', host: 'h1', pid: 1, process: 'p1' },
  { service: 'zwei "ü"', host: 'h2', pid: 2, process: 'p2', version: '2', labels: { a: '}{' } },
]

const name = fc.constantFrom(...NAMES)
const secret = fc.constantFrom(...['1', '2', '3', '4'].map((digit) => digit.repeat(32)))
/** So long that nothing ends by itself, so far apart that it shows which one counts. */
const durationMs = fc.constantFrom(10 * HOUR_MS, 20 * HOUR_MS)
const batch = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })

const ask: fc.Arbitrary<Ask> = fc
  .record({
    name,
    token: secret,
    ttlMs: durationMs,
    owner: fc.constantFrom(...OWNERS),
    alone: fc.boolean(),
    withinMs: fc.constant(60_000),
    wait: fc.option(fc.record({ ticket: fc.option(secret), heartbeatMs: durationMs })),
  })
  .map(({ wait, ...rest }) =>
    wait ? { ...rest, wait: { ...wait, ticket: wait.ticket ?? rest.token } } : rest,
  )
const hold = fc.record({ name, token: secret, ttlMs: durationMs })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('attempt'), asks: batch(ask) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('renew'), holds: batch(hold) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('release'), holds: batch(hold) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('leave'), waits: batch(fc.record({ name, ticket: secret })) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read'), names: batch(name) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end-hold'), name }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('end-first-waits'), name, count: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('lose-memory', 'bootstrap', 'end-quarantine', 'end-quarantine'),
    }),
  },
)

export const steps = fc.array(step, { minLength: 1, maxLength: 30, size: 'max' })

/** Everything an engine said and kept. Fences are told by their order, times by the hours that are left. */
export async function play(engine: Engine, script: readonly Step[]): Promise<Record<string, unknown>> {
  const said: unknown[] = []
  for (const one of script) said.push(await carryOut(engine, one))
  const stored = Object.fromEntries(
    await Promise.all(NAMES.map(async (one) => [one, await engine.look(one)] as const)),
  )
  return inOrderOfFences({ said, stored, woken: await engine.woken() })
}

function carryOut(engine: Engine, step: Step): Promise<unknown> {
  switch (step.do) {
    case 'attempt':
      return engine.node.attempt(step.asks)
    case 'renew':
      return engine.node.renew(step.holds)
    case 'release':
      return engine.node.release(step.holds)
    case 'leave':
      return engine.node.leave(step.waits)
    case 'read':
      return engine.node.read(step.names)
    case 'end-hold':
      return engine.endHold(step.name)
    case 'end-first-waits':
      return engine.endFirstWaits(step.name, step.count)
    case 'lose-memory':
      return engine.loseMemory()
    case 'bootstrap':
      return engine.bootstrap()
    case 'end-quarantine':
      return engine.endQuarantine()
  }
}

function inOrderOfFences(trace: Record<string, unknown>): Record<string, unknown> {
  const fences = new Set<number>()
  JSON.stringify(trace, (key, value) => {
    if (key === 'fence' && value !== null) fences.add(Number(value))
    return value
  })
  const order = [...fences].sort((a, b) => a - b)
  const plain = JSON.stringify(trace, (key, value) => {
    if (key === 'fence' && value !== null) return order.indexOf(Number(value))
    if ((key === 'remainingMs' || key === 'leftMs') && value !== null) return Math.round(value / HOUR_MS)
    return value
  })
  return JSON.parse(plain)
}
