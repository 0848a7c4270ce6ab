import type { LockNode, Message, Notice } from '../../core/node.ts'
import type { Owner } from '../../core/owner.ts'
import { FENCES, HOUR_MS, NAMES, type Step } from './differential-steps.ts'

/** One kind of server under comparison, with what a test does to it behind the back of its node. */
export interface Engine {
  node: LockNode
  /** What the passing of time would end. */
  endHold(name: string, token: string): Promise<void>
  endWait(name: string, ticket: string): Promise<void>
  endGate(name: string, gate: 'freeze' | 'hold-back'): Promise<void>
  endQuarantine(): Promise<void>
  /** Forgets everything at once. */
  loseMemory(): Promise<void>
  bootstrap(): Promise<void>
  /** What is stored of a name, read without the node; nothing that has ended. */
  look(name: string): Promise<Stored>
  /** What each process was told, in order, since the engine was made. */
  heard(): Promise<Record<string, Message[]>>
}

export interface Stored {
  /** By slot and token: among equals there is no order. */
  holds: {
    token: string
    slot: number | null
    permits: number
    owner: Owner
    fence: string | null
    ttlMs: number
    leftMs: number
    notice: Notice | null
  }[]
  /** In the order of the queue. */
  waiters: { ticket: string; owner: Owner; ttlMs: number | null; permits: number; leftMs: number }[]
  freeze: { by: string; message: string; leftMs: number } | null
  holdBack: { leftMs: number } | null
}

/** Everything an engine said, kept and told. Fences are shown by their order, times by the hours that are left. */
export async function play(engine: Engine, script: readonly Step[]): Promise<unknown> {
  const fences = fencesFrom(Date.now())
  const said: unknown[] = []
  for (const step of script) said.push(await carryOut(engine, step, fences))
  const stored = await Promise.all(NAMES.map(async (name) => [name, await engine.look(name)]))
  return comparable({ said, stored, heard: await engine.heard() }, fences)
}

/** The fences that a script names, in digits. */
type Fences = ReadonlyMap<string, number>

const fencesFrom = (startedMs: number): Fences =>
  new Map(Object.entries(FENCES).map(([name, ms]) => [name, (startedMs + ms) * 1_000]))

const inDigits = (fences: Fences, name: string | null): string | null =>
  name === null ? null : String(fences.get(name))

function carryOut(engine: Engine, step: Step, fences: Fences): Promise<unknown> {
  const { node } = engine
  switch (step.do) {
    case 'attempt':
      return node.attempt(step.asks.map((ask) => ({ ...ask, proposal: inDigits(fences, ask.proposal) })))
    case 'renew':
      return node.renew(step.holds.map((hold) => ({ ...hold, raiseTo: inDigits(fences, hold.raiseTo) })))
    case 'release':
      return node.release(step.holds)
    case 'queue':
      return node.queue(step.waits)
    case 'leave':
      return node.leave(step.waits)
    case 'order':
      return node.order(step.orders)
    case 'read':
      return node.read(step.names)
    case 'end-hold':
      return engine.endHold(step.name, step.token)
    case 'end-wait':
      return engine.endWait(step.name, step.token)
    case 'end-gate':
      return engine.endGate(step.name, step.gate)
    case 'lose-memory':
      return engine.loseMemory()
    case 'bootstrap':
      return engine.bootstrap()
    case 'end-quarantine':
      return engine.endQuarantine()
  }
}

const LEFT = new Set(['remainingMs', 'leftMs', 'closedForMs'])

function comparable(trace: unknown, named: Fences): unknown {
  const fences = new Set<number>()
  JSON.stringify(trace, (key, value) => {
    if (key === 'fence' && value !== null) fences.add(Number(value))
    return value
  })
  const order = [...fences].sort((a, b) => a - b)
  const plain = JSON.stringify(trace, (key, value) => {
    if (key === 'fence' && value !== null)
      return `${order.indexOf(Number(value))} ${nameOf(named, Number(value))}`
    if (LEFT.has(key) && value !== null) return Math.round(value / HOUR_MS)
    return value
  })
  return JSON.parse(plain)
}

/** A fence that was named, or so few after it that it was made of that one. */
function nameOf(named: Fences, fence: number): string {
  for (const [name, from] of named) {
    const after = fence - from
    if (after >= 0 && after < FEW) return `${name} + ${after}`
  }
  return 'by the clock'
}

const FEW = 100
