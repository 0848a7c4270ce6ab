import type { OpenBackend } from '../engines/roles.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { Lock } from '../fleet/lock.ts'
import { merge } from '../fleet/merge.ts'
import type { BackendKind, FleetBackend } from '../fleet/node.ts'
import type { KeyId } from '../fleet/sighting.ts'
import { quorumOf } from '../fleet/tally.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { Deadlines } from './deadlines.ts'
import { Doubts } from './doubts.ts'
import type { FleetState } from './fleet-state.ts'
import { LockIds } from './lock-ids.ts'
import { NodeWatch } from './node-watch.ts'
import { VoterWatch } from './voter-watch.ts'

export interface WatchedBackend {
  open: OpenBackend
  kind: BackendKind
  environment: string | null
  demo: boolean
}

/** A store forgets a key without telling: look a little after it ran out. */
const AFTER_RUN_OUT_MS = 40
/** Beyond so many locks nobody asks what their leases have left just because a lower bound ran out. */
const FEW_LOCKS = 500
/** Latencies are told this often when nothing else is new. */
const TELL_NODES_MS = 5_000
const READ_NOW_ROUNDS = 4
const BETWEEN_ROUNDS_MS = 15
const PORTION = 500

/** Reads one backend: its voters make the locks, its nodes make the health. */
export class BackendWatch {
  readonly id: string
  readonly #watched: WatchedBackend
  readonly #state: FleetState
  readonly #ids: LockIds
  readonly #voters: VoterWatch[]
  readonly #nodes: NodeWatch[]
  readonly #doubts = new Doubts((key, afterMs) => this.#askAgain.set(key, Date.now() + afterMs))
  readonly #askAgain = new Deadlines<KeyId>((keys) => this.#request(keys))
  readonly #runOuts = new Deadlines<KeyId>((keys) => this.#request(keys))
  #isObserving: boolean | null = null
  #nodesToldAt = 0
  #turn = 0
  #isClosed = false

  constructor(watched: WatchedBackend, state: FleetState) {
    const { open } = watched
    this.id = open.id
    this.#watched = watched
    this.#state = state
    this.#ids = new LockIds(open.id, open.database)
    this.#voters = open.observers.map(
      (observer) =>
        new VoterWatch(observer, { onRead: (keys) => this.#merge(keys), onTurn: () => this.#turned() }),
    )
    const probes = new Map(open.probes.map((probe) => [probe.node, probe]))
    this.#nodes = open.nodes.flatMap((node) => {
      const probe = probes.get(node.name)
      return probe ? [this.#watchNode(node, probe)] : []
    })
  }

  view(): FleetBackend {
    const { kind, environment, demo, open } = this.#watched
    const voters = this.#nodes.filter(({ node }) => node.votes)
    // The members of a cluster that votes as one need a majority among themselves.
    const voting = voters.length > 0 ? voters : this.#nodes
    const answering = voting.filter(({ state }) => state === 'answers').length
    const needed = quorumOf(voting.length)
    const swept = this.#voters.map(({ sweptAt }) => sweptAt).filter((at) => at !== null)
    return {
      id: open.id,
      kind,
      environment,
      demo,
      nodes: this.#nodes.map((node) => node.view()),
      quorum: { needed, of: voting.length, answering },
      canLose: voting.length > 1 ? Math.max(0, answering - needed) : null,
      reading: this.#voters.every(({ isPushed, answers }) => isPushed || !answers) ? 'pushed' : 'swept',
      sweptAt: swept.length > 0 ? new Date(Math.min(...swept)).toISOString() : null,
    }
  }

  keyOf(id: string): KeyId | null {
    return this.#ids.keyOf(id)
  }

  forget(lock: Lock): void {
    const key = this.#ids.keyOf(lock.id)
    if (!key) return
    this.#ids.forget(key)
    for (const voter of this.#voters) voter.forget(key)
  }

  /** Reads one lock from every voter that answers, as often as it takes to believe it. */
  async reread(key: KeyId): Promise<Lock | null> {
    const id = this.#ids.idOf(key)
    for (let round = 0; round < READ_NOW_ROUNDS; round++) {
      await Promise.all(this.#voters.map((voter) => voter.readNow([key])))
      if (this.#merge([key], round === READ_NOW_ROUNDS - 1)) break
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_ROUNDS_MS))
    }
    const lock = this.#state.locks.get(id) ?? null
    if (!lock) this.#ids.forget(key)
    return lock
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#isObserving) this.#state.tell([this.#event('not-observing', Date.now())], false)
    this.#askAgain.close()
    this.#runOuts.close()
    await Promise.all([...this.#voters, ...this.#nodes].map((watch) => watch.close()))
  }

  #watchNode(node: OpenBackend['nodes'][number], probe: OpenBackend['probes'][number]): NodeWatch {
    return new NodeWatch(this.id, node, probe, {
      onTurn: (event) => {
        this.#state.tell([event], true)
        // Its own word first; the cluster's voter has no node of its name and looks at every turn.
        const own = this.#voters.filter(({ voter }) => voter === node.name)
        for (const voter of own.length > 0 ? own : this.#voters) voter.look()
      },
      onFacts: (isMaterial) => this.#nodesChanged(isMaterial),
    })
  }

  #nodesChanged(isMaterial: boolean): void {
    const now = Date.now()
    if (!isMaterial && now - this.#nodesToldAt < TELL_NODES_MS) return
    this.#nodesToldAt = now
    this.#state.tell([], true)
    if (isMaterial) this.#mergeAll()
  }

  #request(keys: readonly KeyId[]): void {
    for (const voter of this.#voters) voter.request(keys)
  }

  #turned(): void {
    for (const node of this.#nodes) node.look()
    if (!this.#voters.every(({ isSettled }) => isSettled)) return
    this.#tellObserving()
    this.#mergeAll()
    this.#state.tell([], true)
  }

  /** Looking means that enough voters answer to say who holds what. */
  #tellObserving(): void {
    const answering = this.#voters.filter(({ answers }) => answers).length
    const isObserving = answering >= quorumOf(this.#voters.length)
    if (isObserving === this.#isObserving) return
    this.#isObserving = isObserving
    const silent = this.#voters.flatMap(({ silentSince }) => silentSince ?? [])
    const at = isObserving || silent.length === 0 ? Date.now() : Math.max(...silent)
    this.#state.tell([this.#event(isObserving ? 'observing' : 'not-observing', at)], false)
  }

  /** In portions, so that a large backend leaves room for everything else. */
  #mergeAll(): void {
    const all = new Set(this.#ids.keys())
    for (const voter of this.#voters) for (const key of voter.keys()) all.add(key)
    const keys = [...all]
    const turn = ++this.#turn
    const goOn = (at: number) => {
      // A later turn begins again, with everything.
      if (turn !== this.#turn || this.#isClosed) return
      this.#merge(keys.slice(at, at + PORTION))
      if (at + PORTION < keys.length) setImmediate(goOn, at + PORTION)
    }
    goOn(0)
  }

  /** Whether all of them could be believed, or had to be. */
  #merge(keys: readonly KeyId[], mustBelieve = false): boolean {
    // Before every voter has been asked once, too little is known to say anything.
    if (!this.#voters.every(({ isSettled }) => isSettled)) return true
    let isSure = true
    const locks = keys.flatMap((key) => {
      const says = this.#voters.map((voter) => this.#says(voter, key))
      const { before, lock } = this.#mergeOne(key, says)
      if (!lock) return []
      this.#expectRunOut(key, lock)
      if (this.#doubts.believes(key, before, lock, says) || mustBelieve) return [lock]
      isSure = false
      return []
    })
    if (locks.length > 0) this.#state.put(locks)
    return isSure
  }

  /** No lock when there is nothing, or what only might be one. Of those no trace is kept. */
  #mergeOne(key: KeyId, voters: VoterSays[]): { before: Lock | null; lock: Lock | null } {
    const id = this.#ids.idOf(key)
    const before = this.#state.locks.get(id) ?? null
    const { open } = this.#watched
    const refuses = (dialect: string) => open.operators[0]?.refuses(dialect) ?? null
    const lock = merge({ id, backend: this.id, database: open.database, voters, before, refuses })
    if (lock && (before || lock.confidence !== 'candidate')) return { before, lock }
    this.#ids.forget(key)
    this.#doubts.settle(key)
    return { before, lock: null }
  }

  #says(voter: VoterWatch, key: KeyId): VoterSays {
    const says = voter.says(key)
    if (says.says !== 'empty') return says
    const node = this.#nodes.find(({ node }) => node.name === voter.voter)
    const remainingMs = node?.quarantineLeft(says.readAt) ?? null
    return remainingMs === null ? says : { ...says, says: 'quarantined', remainingMs }
  }

  /** When the first of the votes or permits that were seen runs out, or the gate opens. */
  #expectRunOut(key: KeyId, lock: Lock): void {
    const observedAt = Date.parse(lock.observedAt)
    const votes = lock.votes.flatMap((vote) => (vote.vote === 'holder' ? [vote] : []))
    const times = [...votes, ...lock.holders].flatMap(({ remainingMs, remainingIs }) => {
      if (remainingMs === null) return []
      if (remainingIs === 'at-least' && this.#state.locks.size > FEW_LOCKS) return []
      return [observedAt + remainingMs]
    })
    if (lock.gate) times.push(Date.parse(lock.gate.until))
    const at = times.length > 0 ? Math.min(...times) : null
    this.#runOuts.set(key, at === null ? null : Math.max(at, Date.now()) + AFTER_RUN_OUT_MS)
  }

  #event(kind: NewEvent['kind'], at: number): NewEvent {
    return {
      at: new Date(at).toISOString(),
      kind,
      backend: this.id,
      lock: null,
      lockName: null,
      node: null,
      tokenDigest: null,
      label: null,
      fence: null,
      waiters: null,
    }
  }
}
