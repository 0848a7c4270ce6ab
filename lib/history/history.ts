import type { FleetEvent, NewEvent } from '../fleet/event.ts'
import type { Timeline } from '../fleet/timeline.ts'
import type { Usual } from '../fleet/usual.ts'
import { ABOUT_ALL } from './about-all.ts'
import { BusyLocks } from './busy-locks.ts'
import type { HistoryThread } from './history-thread.ts'
import { Queue } from './queue.ts'
import type { HistorySize, LockWindow, PastPage } from './recorder.ts'
import { Retelling, type Standing } from './retelling.ts'
import { UsualCache } from './usual-cache.ts'

/** What happened in the fleet, as far as a console looked. Spans, lines and past states are derived from it when read. */
export interface History {
  /** Numbers the events and keeps them; they reach the disk within about a second. Answers those that are told by themselves. */
  append(events: readonly NewEvent[]): FleetEvent[]
  timeline(window: LockWindow): Promise<Timeline>
  /** Everything since then, oldest first, at most `limit` of the newest. */
  since(at: number, limit: number): Promise<FleetEvent[]>
  /** How the whole fleet stood at a past time. */
  stateAt(at: number): Promise<PastPage>
  usual(lock: string): Promise<Usual>
  /** The same at once, for rules; null while it is not known. */
  usualOf(lock: string): { holdP99Ms: number; count: number } | null
  /** The highest fence that was ever recorded of a lock, when a lower one was granted after it. At once, for rules. */
  fenceBefore(lock: string): string | null
  size(): HistorySize & { queued: number; givenUp: number }
  follow(watch: Followed): void
  close(): Promise<void>
}

/** Whoever reads the fleet, as far as the history needs to know it. */
interface Followed {
  /** How things stand, for when what happened had to be given up. */
  locks: Standing
  /** Told of a lock of which a fence is granted that is lower than one that was recorded before, however long ago. */
  onFenceDown(lock: string): void
}

export interface HistoryOptions {
  now(): number
  /** Told when events can't be written; they are kept in memory and tried again. */
  onTrouble(error: unknown): void
  /** Told of events that `append` did not answer: what busy locks did, a moment later. */
  onKept?(events: readonly FleetEvent[]): void
  maxAgeMs?: number
  /** Of the file. */
  maxBytes?: number
  /** So many events wait for the disk, at most. */
  mostQueued?: number
}

const FLUSH_MS = 250
const HEARTBEAT_MS = 5_000
const TIDY_MS = 1_000
/** A disk that refuses is not asked more often, unless somebody wants to read. */
const RETRY_MS = 2_000
const PAGE = 2_000
const MOST_QUEUED = 200_000
/** With fewer that wait, the disk keeps up. */
const CALM = 2_000
/** A store that lost its memory gives low fences to all of its locks. */
const MOST_FENCES = 10_000
const MAX_AGE_MS = 7 * 24 * 3_600_000
const MAX_BYTES = 512 * 1024 * 1024

export const limitsOf = ({ maxAgeMs, maxBytes }: HistoryOptions) => ({
  maxAgeMs: maxAgeMs ?? MAX_AGE_MS,
  maxBytes: maxBytes ?? MAX_BYTES,
})

/** `lastSeq` is the number of the newest event that is on the disk. */
export function openHistory(thread: HistoryThread, lastSeq: number, options: HistoryOptions): History {
  return new ThreadedHistory(thread, lastSeq, options)
}

class ThreadedHistory implements History {
  readonly #thread: HistoryThread
  readonly #options: HistoryOptions
  readonly #busy = new BusyLocks()
  readonly #queue: Queue
  readonly #usuals: UsualCache
  readonly #fencesBefore = new Map<string, string>()
  readonly #timer: NodeJS.Timeout
  #last: number
  #followed: Followed | null = null
  #retelling: Retelling | null = null
  #writing: Promise<boolean> | null = null
  #flushedAt = Number.NEGATIVE_INFINITY
  #retryAt = Number.NEGATIVE_INFINITY
  #tidiedAt: number
  #isTidying = false
  #size: HistorySize = { bytes: 0, events: 0 }

  constructor(thread: HistoryThread, lastSeq: number, options: HistoryOptions) {
    this.#thread = thread
    this.#options = options
    this.#last = lastSeq
    this.#tidiedAt = options.now()
    this.#queue = new Queue({
      ...{ number: this.#number, most: options.mostQueued ?? MOST_QUEUED },
      onGiveUp: () => this.#retelling?.begin(),
    })
    this.#usuals = new UsualCache((locks) => thread.ask('usual', locks))
    this.#timer = setInterval(() => this.#turn(), FLUSH_MS).unref()
  }

  append(events: readonly NewEvent[]): FleetEvent[] {
    return this.#keep(this.#busy.pass(events, this.#options.now()))
  }

  async timeline(window: LockWindow): Promise<Timeline> {
    await this.#written()
    return this.#thread.ask('timeline', window)
  }

  async since(at: number, limit: number): Promise<FleetEvent[]> {
    await this.#written()
    const events: FleetEvent[] = []
    let seq = await this.#thread.ask('beforeNewest', at, limit)
    for (;;) {
      const page = await this.#thread.ask('since', at, seq, PAGE)
      for (const event of page) events.push(event)
      seq = Number(page.at(-1)?.seq ?? seq)
      if (page.length < PAGE) return events
    }
  }

  async stateAt(at: number): Promise<PastPage> {
    await this.#written()
    const first = await this.#thread.ask('past', at, 0, PAGE, this.#options.now())
    while (first.locks.length < first.total) {
      const from = first.locks.length
      const page = await this.#thread.ask('past', at, from, PAGE, this.#options.now())
      if (page.locks.length === 0) break
      for (const lock of page.locks) first.locks.push(lock)
    }
    return first
  }

  async usual(lock: string): Promise<Usual> {
    await this.#written()
    const [found] = await this.#thread.ask('usual', [lock])
    return found?.[1] ?? { holds: null, waits: null }
  }

  usualOf(lock: string): { holdP99Ms: number; count: number } | null {
    const holds = this.#usuals.of(lock, this.#options.now())?.holds
    return holds ? { holdP99Ms: holds.p99Ms, count: holds.count } : null
  }

  fenceBefore(lock: string): string | null {
    return this.#fencesBefore.size === 0 ? null : (this.#fencesBefore.get(lock) ?? null)
  }

  size(): HistorySize & { queued: number; givenUp: number } {
    return { ...this.#size, queued: this.#queue.length, givenUp: this.#queue.givenUp }
  }

  follow(watch: Followed): void {
    this.#followed = watch
    this.#retelling = new Retelling(watch.locks)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#keep(this.#busy.all())
    this.#keep([notObserving(this.#options.now())])
    if (await this.#written()) await this.#thread.ask('end').catch(this.#options.onTrouble)
    await this.#thread.close()
  }

  readonly #number = (event: NewEvent): FleetEvent => {
    this.#last += 1
    return numbered(String(this.#last), event)
  }

  #keep(events: readonly NewEvent[]): FleetEvent[] {
    const numbered = events.map(this.#number)
    this.#queue.push(numbered)
    return numbered
  }

  #turn(): void {
    const now = this.#options.now()
    const late = this.#keep(this.#busy.due(now))
    if (late.length > 0) this.#options.onKept?.(late)
    if (this.#queue.length < CALM) this.#keep(this.#retelling?.next(now) ?? [])
    if (now >= this.#retryAt) void this.#write(this.#last)
    void this.#usuals.load(now).catch(this.#options.onTrouble)
    if (now - this.#tidiedAt >= TIDY_MS && !this.#isTidying) void this.#tidy(now)
  }

  async #tidy(now: number): Promise<void> {
    this.#tidiedAt = now
    this.#isTidying = true
    try {
      await this.#thread.ask('tidy', now)
      this.#size = await this.#thread.ask('size')
    } catch (error) {
      this.#options.onTrouble(error)
    } finally {
      this.#isTidying = false
    }
  }

  /** Whether everything that was appended until now is on its way to the disk, before whatever is asked next. */
  async #written(): Promise<boolean> {
    const upTo = this.#last
    while ((this.#queue.next ?? Number.POSITIVE_INFINITY) <= upTo || this.#writing) {
      if (!(await this.#write(upTo))) return false
    }
    return true
  }

  /** Only one at a time writes. */
  #write(upTo: number): Promise<boolean> {
    this.#writing ??= this.#writeAll(upTo).finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #writeAll(upTo: number): Promise<boolean> {
    while ((this.#queue.next ?? Number.POSITIVE_INFINITY) <= upTo || this.#isHeartbeatDue()) {
      const chunk = this.#queue.take()
      const now = this.#options.now()
      try {
        this.#noteFences(await this.#thread.ask('record', chunk, now))
        this.#flushedAt = now
      } catch (error) {
        this.#queue.putBack(chunk)
        this.#retryAt = now + RETRY_MS
        this.#options.onTrouble(error)
        return false
      }
    }
    return true
  }

  #noteFences(down: readonly (readonly [lock: string, fenceBefore: string])[]): void {
    for (const [lock, fence] of down) {
      this.#fencesBefore.delete(lock)
      this.#fencesBefore.set(lock, fence)
      const [oldest] = this.#fencesBefore.keys()
      if (this.#fencesBefore.size > MOST_FENCES && oldest !== undefined) this.#fencesBefore.delete(oldest)
      this.#followed?.onFenceDown(lock)
    }
  }

  #isHeartbeatDue(): boolean {
    return this.#options.now() - this.#flushedAt >= HEARTBEAT_MS
  }
}

/** Field by field: of ten thousand a second, copies by spreading are slow to make and slow to read. */
function numbered(seq: string, event: NewEvent): FleetEvent {
  const { at, kind, backend, lock, lockName, node, tokenDigest, label, fence, waiters } = event
  const made: FleetEvent = {
    seq,
    at,
    kind,
    backend,
    lock,
    lockName,
    node,
    tokenDigest,
    label,
    fence,
    waiters,
  }
  if (event.state !== undefined) made.state = event.state
  if (event.lastedMs !== undefined) made.lastedMs = event.lastedMs
  if (event.summary !== undefined) made.summary = event.summary
  return made
}

const notObserving = (at: number): NewEvent => ({
  at: new Date(at).toISOString(),
  kind: 'not-observing',
  ...ABOUT_ALL,
})
