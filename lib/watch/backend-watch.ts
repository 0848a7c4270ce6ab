import type { EngineNode, OpenBackend } from '../engines/roles.ts'
import type { NewEvent } from '../fleet/event.ts'
import type { Lock, RemainingIs } from '../fleet/lock.ts'
import { merge } from '../fleet/merge.ts'
import type { BackendKind, FleetBackend } from '../fleet/node.ts'
import type { KeyId } from '../fleet/sighting.ts'
import { quorumOf } from '../fleet/tally.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { Deadlines } from './deadlines.ts'
import { Doubts } from './doubts.ts'
import type { FleetState, Reading } from './fleet-state.ts'
import { Gathering } from './gathering.ts'
import { LastWords } from './last-words.ts'
import { keyIdOf, rawKeyOf } from './lock-ids.ts'
import { NodeWatch } from './node-watch.ts'
import type { Rows } from './rows.ts'
import { VoterWatch } from './voter-watch.ts'
import { SharedWords } from './words.ts'

export interface WatchedBackend {
  open: OpenBackend
  kind: BackendKind
  environment: string | null
  demo: boolean
  /** Commands a second that reading may cost it. */
  budget?: number | undefined
  /** Longer than this nobody should hold a lock there. */
  maxTtlMs?: number | undefined
}

/** A store forgets a key without telling: look a little after it ran out. */
const AFTER_RUN_OUT_MS = 40
/** Beyond so many locks nobody asks what their leases have left just because a lower bound ran out. */
const FEW_LOCKS = 500
/** Latencies are told this often when nothing else is new. */
const TELL_NODES_MS = 5_000
const READ_NOW_ROUNDS = 4
const BETWEEN_ROUNDS_MS = 15
const PORTION = 250
/** Of what only might be a lock no more are kept: a store may be full of such strings. */
const MOST_CANDIDATES = 10_000
const USUAL_BUDGET = 20_000
/** The words of several voters about one change come one after the other, and are looked at together. */
const GATHER_MS = 2
/** That somebody says the same again makes a lock younger, and can wait. */
const AGES_MS = 1_000

/** Reads one backend: its voters make the locks, its nodes make the health. */
export class BackendWatch {
  readonly id: string
  readonly #watched: WatchedBackend
  readonly #state: FleetState
  readonly #rows: Rows
  /** Where one voter says it all, its words need not be kept. */
  readonly #lastWords: LastWords | null
  /** Everything that any of them said. */
  readonly #words: LastWords | SharedWords
  readonly #voters: VoterWatch[]
  readonly #said = new Gathering(GATHER_MS, PORTION, (keys) => void this.#merge(keys))
  readonly #saidAgain = new Gathering(AGES_MS, PORTION, (keys) => void this.#merge(keys))
  #nodes: NodeWatch[]
  readonly #stopNodes: () => void
  readonly #doubts = new Doubts((key, afterMs) => this.#askAgain.set(key, Date.now() + afterMs))
  readonly #askAgain = new Deadlines<KeyId>((keys) => this.#request(keys))
  #isObserving: boolean | null = null
  #nodesToldAt = 0
  #turn = 0
  #isClosed = false

  constructor(watched: WatchedBackend, state: FleetState) {
    const { open } = watched
    this.id = open.id
    this.#watched = watched
    this.#state = state
    this.#rows = state.rowsFor({
      ...{ backend: open.id, database: open.database, voters: open.observers.length },
      silence: (key) =>
        this.#voters[0]?.silence(key) ?? { node: '', says: 'no-answer', since: null, readAt: null },
      latencyMs: () => this.#voters[0]?.latencyMs ?? null,
      refuses: (dialect) => open.operators[0]?.refuses(dialect) ?? null,
      lookAt: (lock) => this.#runsOutAt(lock),
      look: (keys) => this.#request(keys),
    })
    this.#lastWords = open.observers.length === 1 ? new LastWords(this.#rows) : null
    const listener = {
      onRead: (keys: readonly KeyId[]) => this.#heard(keys),
      onTurn: () => this.#turned(),
      onEmptied: (node: string) =>
        this.#state.tell([{ ...this.#event('node-emptied', Date.now()), node }], false),
    }
    const shared = new SharedWords(open.observers.length, (key) =>
      (this.#doubts.isOpen(key) ? this.#said : this.#saidAgain).add(key),
    )
    this.#words = this.#lastWords ?? shared
    this.#voters = open.observers.map(
      (observer, index) => new VoterWatch(observer, listener, this.#lastWords ?? shared.of(index)),
    )
    this.#nodes = this.#watchNodes([])
    this.#stopNodes = open.onNodes?.(() => this.#nodesAreOthers()) ?? (() => {})
  }

  #heard(keys: readonly KeyId[]): void {
    if (!this.#isObserving && this.#lastWords) this.#tellObserving()
    if (this.#lastWords) this.#merge(keys)
    else for (const key of keys) this.#said.add(key)
  }

  view(): FleetBackend {
    const { kind, environment, demo, open, maxTtlMs } = this.#watched
    const voters = this.#nodes.filter(({ node }) => node.votes)
    // The members of a cluster that votes as one need a majority among themselves.
    const voting = voters.length > 0 ? voters : this.#nodes
    const answering = voting.filter(({ state }) => state === 'answers').length
    const needed = quorumOf(voting.length)
    const swept = this.#voters.map(({ sweptAt }) => sweptAt).filter((at) => at !== null)
    const setAside = this.#voters.flatMap((voter) => voter.setAside)
    return {
      id: open.id,
      kind,
      environment,
      demo,
      nodes: this.#nodes.map((node) => node.view(this.#lacks(node.node.name))),
      quorum: { needed, of: voting.length, answering },
      canLose: voting.length > 1 ? Math.max(0, answering - needed) : null,
      reading: this.#voters.every(({ isPushed, answers }) => isPushed || !answers) ? 'pushed' : 'swept',
      cost: {
        perSecond: this.#voters.reduce((sum, { commandsPerSecond }) => sum + commandsPerSecond, 0),
        budget: this.#watched.budget ?? USUAL_BUDGET,
      },
      trouble: this.#trouble(),
      ...(maxTtlMs !== undefined && { maxTtlMs }),
      ...(setAside.length > 0 && { setAside }),
      sweptAt: swept.length > 0 ? new Date(Math.min(...swept)).toISOString() : null,
    }
  }

  #trouble(): string | null {
    const silent = this.#voters.flatMap(({ trouble }) => trouble ?? [])
    return silent.length > 0 && silent.length === this.#voters.length ? (silent[0] ?? null) : null
  }

  /** What reading has to do without on the node of that name, or on all of them. */
  #lacks(node: string): readonly string[] {
    const own = this.#voters.filter(({ voter }) => voter === node)
    const voters = own.length > 0 || this.#voters.length > 1 ? own : this.#voters
    return voters.flatMap(({ lacks }) => lacks)
  }

  keyOf(id: string): KeyId | null {
    return this.#rows.ids.keyOf(id)
  }

  /** Its lock is not known any more. */
  forget(rows: Rows, key: KeyId): void {
    if (rows === this.#rows) for (const voter of this.#voters) voter.forget(key)
  }

  /** Reads one lock from every voter that answers, as often as it takes to believe it. */
  async reread(key: KeyId): Promise<Lock | null> {
    for (let round = 0; round < READ_NOW_ROUNDS; round++) {
      await Promise.all(this.#voters.map((voter) => voter.readNow([key])))
      if (this.#merge([key], round === READ_NOW_ROUNDS - 1)) break
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_ROUNDS_MS))
    }
    const row = this.#rows.at(key)
    return row ? (this.#state.locks.get(row.id) ?? null) : null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#isObserving) this.#state.tell([this.#event('not-observing', Date.now())], false)
    this.#askAgain.close()
    this.#said.close()
    this.#saidAgain.close()
    this.#stopNodes()
    await Promise.all([...this.#voters, ...this.#nodes].map((watch) => watch.close()))
  }

  /** Those that are known go on; whoever is not named any more is not asked any more. */
  #watchNodes(known: readonly NodeWatch[]): NodeWatch[] {
    const { open } = this.#watched
    const probes = new Map(open.probes.map((probe) => [probe.node, probe]))
    return open.nodes.flatMap((node) => {
      const same = known.find((watch) => isSameNode(watch.node, node))
      if (same) return [same]
      const probe = probes.get(node.name)
      return probe ? [this.#watchNode(node, probe)] : []
    })
  }

  #nodesAreOthers(): void {
    if (this.#isClosed) return
    const before = this.#nodes
    this.#nodes = this.#watchNodes(before)
    for (const watch of before) if (!this.#nodes.includes(watch)) void watch.close()
    this.#state.tell([], true)
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
    const answering = this.#voters.filter(({ tells }) => tells).length
    const isObserving = answering >= quorumOf(this.#voters.length)
    if (isObserving === this.#isObserving) return
    this.#isObserving = isObserving
    const silent = this.#voters.flatMap(({ silentSince }) => silentSince ?? [])
    const at = isObserving || silent.length === 0 ? Date.now() : Math.max(...silent)
    this.#state.tell([this.#event(isObserving ? 'observing' : 'not-observing', at)], false)
  }

  /** In portions, so that a large backend leaves room for everything else. */
  #mergeAll(): void {
    const turn = ++this.#turn
    const keys = this.#everyKey()
    const goOn = () => {
      // A later turn begins again, with everything.
      if (turn !== this.#turn || this.#isClosed) return
      const portion: KeyId[] = []
      while (portion.length < PORTION) {
        const next = keys.next()
        if (next.done) break
        portion.push(next.value)
      }
      this.#merge(portion)
      if (portion.length === PORTION) setImmediate(goOn)
    }
    goOn()
  }

  /** What has a row, and what a voter said something about. */
  *#everyKey(): Generator<KeyId, undefined> {
    for (const row of this.#rows.values()) yield keyIdOf(row.key)
    for (const key of this.#words.keys()) if (!this.#rows.at(key)) yield key
  }

  /** Whether all of them could be believed, or had to be. */
  #merge(keys: readonly KeyId[], mustBelieve = false): boolean {
    // Before every voter has been asked once, too little is known to say anything.
    if (!this.#voters.every(({ isSettled, tells }) => isSettled || tells)) return true
    let isSure = true
    const readings: Reading[] = []
    for (const key of keys) {
      const reading = this.#mergeOne(key)
      if (!reading) continue
      if (
        this.#lastWords ||
        this.#doubts.believes(key, reading.before, reading.lock, reading.says) ||
        mustBelieve
      )
        readings.push(reading)
      else isSure = false
    }
    if (readings.length > 0) this.#state.put(this.#rows, readings)
    if (this.#lastWords) for (const key of keys) this.#lastWords.settle(key)
    return isSure
  }

  /** Null when there is nothing, or nothing new. */
  #mergeOne(key: KeyId): (Reading & { says: VoterSays[] }) | null {
    const row = this.#rows.at(key)
    const [lone] = this.#voters
    // A lone voter that said nothing new about it stands by what it said.
    const isStood = this.#lastWords && lone?.tells && !lone.hasWord(key) && !lone.isSilentOn(key)
    if (isStood && row && row.state !== 'free') return null
    const says = this.#voters.map((voter) => this.#says(voter, key))
    const before = row ? this.#rows.lockOf(row) : null
    const { open } = this.#watched
    const id = row?.id ?? this.#rows.ids.idOf(rawKeyOf(key))
    const lock = merge({
      id,
      backend: this.id,
      database: open.database,
      voters: says,
      before,
      highestFence: this.#state.highestFence(id, row),
      refuses: this.#rows.options.refuses,
    })
    if (lock && (before || this.#isWorthKeeping(lock)))
      return { key, row, before, lock, says, isGap: this.#isGap() }
    this.#doubts.settle(key)
    return null
  }

  /** May something be gone although nobody released it? On a quorum that would have to be so on most of them. */
  #isGap(): boolean {
    const [lone] = this.#voters
    if (!this.#lastWords || !lone) return false
    return lone.hasGap || this.#nodes.some(({ dropsKeys }) => dropsKeys)
  }

  #isWorthKeeping({ confidence, state }: Lock): boolean {
    return confidence !== 'candidate' || (state !== 'free' && this.#rows.candidates < MOST_CANDIDATES)
  }

  #says(voter: VoterWatch, key: KeyId): VoterSays {
    const says = voter.says(key)
    if (says.says !== 'empty') return says
    const node = this.#nodes.find(({ node }) => node.name === voter.voter)
    const remainingMs = node?.quarantineLeft(says.readAt) ?? null
    return remainingMs === null ? says : { ...says, says: 'quarantined', remainingMs }
  }

  /** When the first of the votes or permits that were seen runs out, or the gate opens. */
  #runsOutAt(lock: Lock): number | null {
    const observedAt = Date.parse(lock.observedAt)
    const isFew = this.#rows.size <= FEW_LOCKS
    let first = lock.gate ? Date.parse(lock.gate.until) : Number.POSITIVE_INFINITY
    const soon = (remainingMs: number | null, remainingIs: RemainingIs) => {
      if (remainingMs !== null && (remainingIs !== 'at-least' || isFew))
        first = Math.min(first, observedAt + remainingMs)
    }
    for (const vote of lock.votes) if (vote.vote === 'holder') soon(vote.remainingMs, vote.remainingIs)
    for (const holder of lock.holders) soon(holder.remainingMs, holder.remainingIs)
    return first === Number.POSITIVE_INFINITY ? null : first + AFTER_RUN_OUT_MS
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

const isSameNode = (a: EngineNode, b: EngineNode): boolean =>
  a.name === b.name && a.address === b.address && a.engine === b.engine && a.votes === b.votes
