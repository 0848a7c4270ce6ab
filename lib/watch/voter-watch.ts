import type { Observer } from '../engines/roles.ts'
import type { KeyId, Sighting } from '../fleet/sighting.ts'
import type { VoterSays } from '../fleet/voter.ts'
import { Nudge } from './nudge.ts'
import { Pace } from './pace.ts'
import { SpentCommands } from './spent-commands.ts'
import { troubleOf } from './trouble.ts'
import type { Words } from './words.ts'

/** So many keys are asked for together, at most. */
const BATCH_KEYS = 250
/** What is told while an answer is on its way gathers, so that it is asked for together; where very much changes, several ask. */
const USUAL_AT_ONCE = 1
const MOST_AT_ONCE = 4
/** What is told one by one, and oftener than this, is waited for: a question costs a store as much as several keys. */
const GATHER_MS = 1
/** How often everything is read although pushes work, and when they don't. */
const REPAIR_EVERY_MS = 10_000
const SWEEP_EVERY_MS = 2_000
/** A sweep may take at most a twentieth of the time. */
const REST_FACTOR = 20
/** A voter that gives no answer is asked again at once when its node does, and otherwise more and more seldom. */
const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5_000
/** Pushes that are not to be had are tried again at once while a node comes back, and seldom where they are not allowed. */
const RETRY_PUSHES_MS = 1_000
const LONGEST_RETRY_PUSHES_MS = 30_000
const BREATH_MS = 100

interface Listener {
  /** These keys were read. */
  onRead(keys: readonly KeyId[]): void
  /** Everything that this voter says has changed: it fell silent, or answers again. */
  onTurn(): void
  /** Its keys were dropped, all at once. */
  onEmptied(voter: string): void
}

/**
 * Follows one voter: pushes first, then a sweep, so that nothing falls in between; and sweeps on to repair what was missed.
 * A voter whose reading failed is silent until a whole sweep has worked again, and what it said before no longer counts.
 */
export class VoterWatch {
  readonly voter: string
  readonly #observer: Observer
  readonly #listener: Listener
  readonly #words: Words
  readonly #wanted = new Set<KeyId>()
  readonly #nudge = new Nudge()
  readonly #end = new AbortController()
  readonly #running: Promise<void>
  #questions = 0
  readonly #spent: SpentCommands
  #reading = 0
  #isGathering = false
  readonly #pace = new Pace()
  readonly #stopSilence: () => void
  #stopPushes: (() => Promise<void>) | null = null
  #tryPushesAt = 0
  #retryPushesMs = RETRY_PUSHES_MS
  #answers = false
  #hasFailed = false
  #gaps = 0
  #gapsMended = 0
  /** Something was read since the last reading that failed. */
  #hasHeard = false
  #silentSince: number | null = null
  #heardAt: number | null = null
  #sweptAt: number | null = null
  #latencyMs: number | null = null
  #trouble: string | null = null

  constructor(observer: Observer, listener: Listener, words: Words) {
    this.voter = observer.voter
    this.#words = words
    this.#spent = new SpentCommands(() => observer.commands?.() ?? 0)
    this.#observer = observer
    this.#listener = listener
    this.#stopSilence = observer.onSilence?.(() => listener.onTurn()) ?? (() => {})
    this.#running = this.#run()
  }

  get answers(): boolean {
    return this.#answers
  }

  /** Is what it says worth hearing? Where nobody else has to be heard that is so from the first page on. */
  get tells(): boolean {
    return this.#answers || (this.#words.tellAtOnce && (this.#hasHeard || !this.#hasFailed))
  }

  get silentSince(): number | null {
    return this.#answers ? null : this.#silentSince
  }

  /** The first sweep has ended, well or badly. */
  get isSettled(): boolean {
    return this.#answers || this.#hasFailed
  }

  get isPushed(): boolean {
    return this.#stopPushes !== null
  }

  /** Pushes were lost, and nothing has told yet what happened meanwhile. */
  get hasGap(): boolean {
    return this.#gaps !== this.#gapsMended
  }

  get sweptAt(): number | null {
    return this.#sweptAt
  }

  get latencyMs(): number | null {
    return this.#latencyMs
  }

  /** Why nothing can be read of it; null when something can. */
  get trouble(): string | null {
    return this.#answers ? null : this.#trouble
  }

  /** Commands a second that reading costs it. */
  get commandsPerSecond(): number {
    return this.#spent.perSecond()
  }

  /** Rights or commands that the reading has to do without. */
  get lacks(): readonly string[] {
    return this.#observer.lacks?.() ?? []
  }

  /** Names of which it only tells that they might be locks, in words. */
  get setAside(): readonly string[] {
    return this.#observer.setAside?.() ?? []
  }

  /** Whatever was not found by the last sweep, or a reading since, is empty. */
  says(key: KeyId): VoterSays {
    const node = this.voter
    const word = this.#words.get(key)
    if (!this.tells || (this.#sweptAt === null && !word) || this.isSilentOn(key)) return this.silence(key)
    if (!word?.sighting)
      return { node, says: 'empty', readAt: word?.readAt ?? this.#sweptAt ?? 0, latencyMs: this.#latencyMs }
    return { node, says: 'sighting', sighting: word.sighting, latencyMs: this.#latencyMs }
  }

  silence(key: KeyId): Extract<VoterSays, { says: 'no-answer' }> {
    const { since, readAt } = (this.tells && this.#observer.silence?.(key)) || {
      since: this.#silentSince,
      readAt: this.#heardAt,
    }
    return { node: this.voter, says: 'no-answer', since, readAt }
  }

  /** Is this key in a part of it that gives no answer? */
  isSilentOn(key: KeyId): boolean {
    return Boolean(this.#observer.silence?.(key))
  }

  /** Has it said anything about this key that is remembered by itself? */
  hasWord(key: KeyId): boolean {
    return this.#words.get(key) !== undefined
  }

  forget(key: KeyId): void {
    this.#words.forget(key)
  }

  /** Reads these as soon as what is being read has been: meanwhile they gather, and are read together. */
  request(keys: readonly KeyId[]): void {
    for (const key of keys) this.#wanted.add(key)
    const isOften = this.#pace.beat() * GATHER_MS > 1
    if (this.#isGathering || this.#end.signal.aborted) return
    this.#isGathering = true
    const read = () => {
      this.#isGathering = false
      this.#readWanted()
    }
    // What is told in one turn of the event loop is asked for together.
    if (isOften) setTimeout(read, GATHER_MS)
    else setImmediate(read)
  }

  /** Reads these at once. A voter that is silent anyway is not waited for. */
  async readNow(keys: readonly KeyId[]): Promise<void> {
    if (this.#answers) await this.#read(keys)
  }

  /** Somebody else noticed that the node fell silent or came back. */
  look(): void {
    this.#nudge.now()
  }

  async close(): Promise<void> {
    this.#end.abort()
    this.#stopSilence()
    this.#nudge.now()
    await this.#stopPushes?.()
    await this.#running
  }

  async #run(): Promise<void> {
    let retryMs = RETRY_MS
    while (!this.#end.signal.aborted) {
      await this.#beginPushes()
      const startedAt = performance.now()
      const isDone = await this.#sweep()
      if (this.#end.signal.aborted) return
      const tookMs = performance.now() - startedAt
      const everyMs = this.isPushed ? REPAIR_EVERY_MS : SWEEP_EVERY_MS
      const waitMs = isDone ? Math.max(everyMs, REST_FACTOR * tookMs) : retryMs
      retryMs = isDone ? RETRY_MS : Math.min(LONGEST_RETRY_MS, 1.5 * retryMs)
      await this.#nudge.wait(waitMs, BREATH_MS)
    }
  }

  async #beginPushes(): Promise<void> {
    if (this.#stopPushes || Date.now() < this.#tryPushesAt) return
    let isLost = false
    try {
      const stop = await this.#observer.watch(
        (keys) => this.request(keys),
        (_why, isEmptied) => {
          isLost = true
          this.#gaps += 1
          if (isEmptied) this.#listener.onEmptied(this.voter)
          this.#stopPushes = null
          this.#tryPushesAt = 0
          this.#nudge.now()
        },
      )
      if (this.#end.signal.aborted) await stop()
      else if (!isLost) this.#stopPushes = stop
      this.#retryPushesMs = RETRY_PUSHES_MS
    } catch {
      // Not allowed, or nobody there: sweeps go on without.
      this.#tryPushesAt = Date.now() + this.#retryPushesMs
      this.#retryPushesMs = Math.min(LONGEST_RETRY_PUSHES_MS, 2 * this.#retryPushesMs)
    }
  }

  async #sweep(): Promise<boolean> {
    const startedAt = Date.now()
    const gaps = this.#gaps
    const question = ++this.#questions
    try {
      for await (const sightings of this.#observer.sweep(this.#end.signal)) {
        this.#hasHeard = true
        const read = sightings.filter((sighting) =>
          this.#words.note(sighting.key, { sighting, readAt: sighting.readAt, question }),
        )
        this.#tell(read.map(({ key }) => key))
      }
      await this.#readMissing(question)
    } catch (error) {
      if (!this.#end.signal.aborted) this.#fallSilent(startedAt, error)
      return false
    }
    this.#sweptAt = startedAt
    this.#heardAt = Date.now()
    this.#words.dropEmpty(question)
    this.#gapsMended = gaps
    if (!this.#answers) {
      this.#answers = true
      this.#silentSince = null
      this.#listener.onTurn()
    }
    return true
  }

  /** What a sweep did not find is asked for by name: a scan may miss what was taken while it ran. */
  async #readMissing(sweep: number): Promise<void> {
    const missing = this.#words.heldBefore(sweep)
    for (let at = 0; at < missing.length; at += BATCH_KEYS) {
      this.#end.signal.throwIfAborted()
      const question = ++this.#questions
      const keys = missing.slice(at, at + BATCH_KEYS)
      this.#tell(this.#noteAll(await this.#observer.reread(keys), question))
    }
  }

  #readWanted(): void {
    while (this.#wanted.size > 0 && !this.#end.signal.aborted) {
      const isBusy = this.#reading >= USUAL_AT_ONCE && this.#wanted.size < BATCH_KEYS
      if (isBusy || this.#reading >= MOST_AT_ONCE) return
      this.#reading += 1
      void this.#read(this.#takeWanted()).then(() => {
        this.#reading -= 1
        this.#readWanted()
      })
    }
  }

  #takeWanted(): KeyId[] {
    const keys: KeyId[] = []
    for (const key of this.#wanted) {
      keys.push(key)
      this.#wanted.delete(key)
      if (keys.length === BATCH_KEYS) break
    }
    return keys
  }

  async #read(keys: readonly KeyId[]): Promise<void> {
    const startedAt = Date.now()
    const began = performance.now()
    const question = ++this.#questions
    try {
      const found = await this.#observer.reread(keys)
      this.#latencyMs = performance.now() - began
      this.#heardAt = Date.now()
      this.#tell(this.#noteAll(found, question))
    } catch (error) {
      if (this.#end.signal.aborted) return
      this.#fallSilent(startedAt, error)
      this.#nudge.now()
    }
  }

  #noteAll(found: ReadonlyMap<KeyId, Sighting | null>, question: number): KeyId[] {
    const now = Date.now()
    return [...found].flatMap(([key, sighting]) =>
      this.#words.note(key, { sighting, readAt: sighting?.readAt ?? now, question }) ? [key] : [],
    )
  }

  #tell(keys: readonly KeyId[]): void {
    if (keys.length > 0 && this.tells) this.#listener.onRead(keys)
  }

  #fallSilent(since: number, error: unknown): void {
    this.#trouble = troubleOf(error)
    const turned = this.tells || !this.#hasFailed
    if (this.#answers || this.#hasHeard) this.#silentSince = since
    this.#hasFailed = true
    this.#hasHeard = false
    this.#answers = false
    this.#tryPushesAt = 0
    // Its connection may have died without a word, too.
    void this.#stopPushes?.()
    this.#stopPushes = null
    if (turned) this.#listener.onTurn()
  }
}
