/** A waiter of this process, as of the revision at which it was refused. */
export interface Waiter {
  readonly name: string
  readonly token: string
  readonly process: string
  readonly permits: number
  /** Its entry, and the create revision of that. */
  readonly key: string
  readonly revision: string
  /** Whose entries are in front of it. */
  readonly inFront: Set<string>
  readonly asOf: number
  /** What it is told when nobody is left in front: that it holds, to ask again, or nothing behind a closed gate. */
  mode: 'hand' | 'wake' | 'shut' | 'told'
}

interface Event {
  what: 'entry gone' | 'gate closed' | 'gate gone'
  key: string
  revision: number
}

/** What is known of one name. Events are kept only while somebody is asking: its answer may be older than they are. */
interface Known {
  asking: number
  events: Event[]
  waiters: Map<string, Waiter>
}

/** What a waiter is told. */
export interface Voice {
  /** It holds since the revision of the last event. */
  hand(waiter: Waiter): void
  /** It should ask again. */
  wake(waiter: Waiter): void
  /** It is the first, and a gate is gone: whether it holds has to be read. */
  look(waiter: Waiter): void
}

/**
 * The waiters of this process, and who is in front of them. All entries go away in one order, which the watch tells without
 * a gap: when the last one in front is gone, the waiter's own entry is there and its gate open, then it holds.
 */
export class Turns {
  readonly #voice: Voice
  readonly #names = new Map<string, Known>()
  /** Everything after this revision is told; null while nobody watches. */
  #toldSince: number | null = null

  constructor(voice: Voice) {
    this.#voice = voice
  }

  /** Somebody asks and may have to wait. Returns what to call when its answer is in. */
  asking(name: string): () => void {
    const known = this.#knownOf(name)
    known.asking += 1
    return () => {
      known.asking -= 1
      this.#tidy(name, known)
    }
  }

  /** It was refused, with its entry in the queue. */
  waits(waiter: Waiter): void {
    const { name, token, asOf, mode } = waiter
    const known = this.#knownOf(name)
    const isTold = this.#toldSince !== null && this.#toldSince <= asOf
    const one: Waiter = { ...waiter, mode: mode === 'hand' && !isTold ? 'wake' : mode }
    known.waiters.set(token, one)
    for (const event of known.events) this.#apply(known, one, event)
  }

  leaves(name: string, token: string): void {
    const known = this.#names.get(name)
    if (known?.waiters.delete(token)) this.#tidy(name, known)
  }

  waiterOf(name: string, token: string): Waiter | undefined {
    return this.#names.get(name)?.waiters.get(token)
  }

  has(name: string): boolean {
    return (this.#names.get(name)?.waiters.size ?? 0) > 0
  }

  /** From now on everything after this revision is told. */
  toldSince(revision: number): void {
    this.#toldSince = revision
  }

  /** Something may have been missed: what is known of the waiters is not enough any more. */
  missed(): void {
    this.#toldSince = null
    for (const { waiters } of this.#names.values())
      for (const waiter of waiters.values()) {
        waiter.mode = 'wake'
        this.#voice.wake(waiter)
      }
  }

  happened(name: string, what: Event['what'], key: string, revision: string): void {
    const known = this.#names.get(name)
    if (!known) return
    const event: Event = { what, key, revision: Number(revision) }
    if (known.asking > 0) known.events.push(event)
    for (const waiter of [...known.waiters.values()]) this.#apply(known, waiter, event)
  }

  #apply(known: Known, waiter: Waiter, { what, key, revision }: Event): void {
    if (revision <= waiter.asOf) return
    const { inFront, permits } = waiter
    if (waiter.mode === 'told' && key !== waiter.key) return
    if (what === 'gate closed') waiter.mode = 'shut'
    else if (what === 'gate gone') {
      if (waiter.mode !== 'shut') return
      waiter.mode = 'wake'
      if (inFront.size < permits) this.#voice.look(waiter)
    } else if (key === waiter.key) {
      known.waiters.delete(waiter.token)
      this.#voice.wake(waiter)
    } else if (inFront.delete(key) && inFront.size < permits) {
      const { mode } = waiter
      if (mode === 'shut') return
      waiter.mode = 'told'
      if (mode === 'hand') this.#voice.hand(waiter)
      else this.#voice.wake(waiter)
    }
  }

  #knownOf(name: string): Known {
    const known = this.#names.get(name) ?? { asking: 0, events: [], waiters: new Map() }
    this.#names.set(name, known)
    return known
  }

  #tidy(name: string, known: Known): void {
    if (known.asking === 0) known.events.length = 0
    if (known.asking === 0 && known.waiters.size === 0) this.#names.delete(name)
  }
}
