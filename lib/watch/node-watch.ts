import type { EngineNode, Probe } from '../engines/roles.ts'
import type { NewEvent } from '../fleet/event.ts'
import { dropsKeys } from '../fleet/findings/evicts-keys.ts'
import type { FleetNode } from '../fleet/node.ts'
import type { NodeFacts } from '../fleet/sighting.ts'
import type { NodeState } from '../fleet/states.ts'
import { Nudge } from './nudge.ts'
import { troubleOf } from './trouble.ts'

const EVERY_MS = 1_000
const REMEMBERED = 60

interface Listener {
  /** It fell silent, or answers again, or is another process now. */
  onTurn(event: NewEvent): void
  /** `material` when more than its latency changed. */
  onFacts(material: boolean): void
}

/** Asks one server process for its health, once a second. */
export class NodeWatch {
  readonly node: EngineNode
  readonly #backend: string
  readonly #probe: Probe
  readonly #listener: Listener
  readonly #nudge = new Nudge()
  readonly #latencies: number[] = []
  readonly #running: Promise<void>
  #facts: NodeFacts | null = null
  #state: NodeState = 'unknown'
  #since: number | null = null
  #answeredAt: number | null = null
  #termSince: number | null = null
  #trouble: string | null = null
  #isClosed = false

  constructor(backend: string, node: EngineNode, probe: Probe, listener: Listener) {
    this.#backend = backend
    this.node = node
    this.#probe = probe
    this.#listener = listener
    this.#running = this.#run()
  }

  /** What is left of its quarantine; null when it is in none, or gives no answer. */
  quarantineLeft(at: number): number | null {
    const quarantinedMs = this.#facts?.quarantinedMs
    if (this.#state !== 'quarantined' || !quarantinedMs || this.#answeredAt === null) return null
    return Math.max(0, quarantinedMs - (at - this.#answeredAt))
  }

  /** A primary whose memory is so short that it drops keys. */
  get dropsKeys(): boolean {
    const { role, memory } = this.#facts ?? {}
    return role === 'primary' && Boolean(memory && dropsKeys(memory))
  }

  get state(): NodeState {
    return this.#state
  }

  /** With what reading its locks has to do without. */
  view(lacks: readonly string[] = []): FleetNode {
    const { name, engine, address, votes } = this.node
    const facts = this.#state === 'no-answer' ? null : this.#facts
    return {
      id: `${this.#backend}/${name}`,
      backend: this.#backend,
      name,
      engine,
      address,
      votes,
      state: this.#state,
      since: iso(this.#since),
      lastAnswerAt: iso(this.#answeredAt),
      role: facts?.role ?? null,
      version: this.#facts?.version ?? null,
      runId: facts?.runId ?? null,
      uptimeMs: facts?.uptimeMs ?? null,
      latencyMs: facts ? this.#percentiles() : null,
      clockOffsetMs: facts?.clockOffsetMs ?? null,
      quarantinedMs: facts?.quarantinedMs ?? null,
      replication: facts?.replication ?? null,
      term: facts?.term ?? null,
      ...(this.#termSince !== null && { termSince: new Date(this.#termSince).toISOString() }),
      ...(facts && moreFacts(facts, lacks)),
      trouble: this.#trouble,
    }
  }

  /** Somebody else noticed that it fell silent or came back. */
  look(): void {
    this.#nudge.now()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#nudge.now()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      const startedAt = Date.now()
      try {
        const facts = await this.#probe.facts()
        if (!this.#isClosed) this.#heard(facts)
      } catch (error) {
        this.#trouble = troubleOf(error)
        if (!this.#isClosed) this.#silent(startedAt)
      }
      if (!this.#isClosed) await this.#nudge.wait(EVERY_MS, 0)
    }
  }

  #heard(facts: NodeFacts): void {
    const before = this.#facts
    const now = Date.now()
    if (before?.term != null && facts.term !== null && before.term !== facts.term) this.#termSince = now
    this.#facts = facts
    this.#trouble = null
    this.#answeredAt = now
    this.#latencies.push(facts.latencyMs)
    if (this.#latencies.length > REMEMBERED) this.#latencies.shift()
    const wasSilent = this.#state === 'no-answer'
    const turned = this.#turn(facts.quarantinedMs === null ? 'answers' : 'quarantined', now)
    const isOther =
      before !== null && before.runId !== null && facts.runId !== null && before.runId !== facts.runId
    if (wasSilent) this.#listener.onTurn(this.#event('node-up', now))
    if (isOther) this.#listener.onTurn(this.#event('node-restarted', now))
    this.#listener.onFacts(turned || isOther || before === null || differs(before, facts))
  }

  #silent(since: number): void {
    this.#latencies.length = 0
    if (!this.#turn('no-answer', since)) return
    this.#listener.onTurn(this.#event('node-down', since))
    this.#listener.onFacts(true)
  }

  #turn(state: NodeState, at: number): boolean {
    if (this.#state === state) return false
    this.#state = state
    this.#since = at
    return true
  }

  #event(kind: NewEvent['kind'], at: number): NewEvent {
    return {
      at: new Date(at).toISOString(),
      kind,
      backend: this.#backend,
      lock: null,
      lockName: null,
      node: this.node.name,
      tokenDigest: null,
      label: null,
      fence: null,
      waiters: null,
    }
  }

  #percentiles(): { p50: number; p99: number } | null {
    const sorted = [...this.#latencies].sort((a, b) => a - b)
    const at = (part: number) => Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) * 100) / 100
    return sorted.length > 0 ? { p50: at(0.5), p99: at(0.99) } : null
  }
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** What not every engine tells. */
const moreFacts = (facts: NodeFacts, lacks: readonly string[]): Partial<FleetNode> => ({
  replicationId: facts.replicationId,
  lagBytes: facts.lagBytes,
  memory: facts.memory,
  persistence: facts.persistence,
  clustered: facts.clustered,
  open: facts.open,
  raft: facts.raft,
  lacks: [...new Set([...(facts.lacks ?? []), ...lacks])],
})

/** Clocks tremble by so much against each other. */
const CLOCK_STEP_MS = 500

const differs = (a: NodeFacts, b: NodeFacts): boolean =>
  Math.abs((a.clockOffsetMs ?? 0) - (b.clockOffsetMs ?? 0)) > CLOCK_STEP_MS || settings(a) !== settings(b)

/** What does not change all the time. */
const settings = ({ role, version, term, runId, replication, memory, persistence, raft, lacks }: NodeFacts) =>
  JSON.stringify([role, version, term, runId, replication, memory?.policy, persistence, raft?.alarms, lacks])
