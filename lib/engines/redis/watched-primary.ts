import type { KeyId, Sighting } from '../../fleet/sighting.ts'
import type { Observer, OnLost, Silence } from '../roles.ts'
import { ReadFailed } from './read-failed.ts'
import type { Reader } from './reader.ts'
import { askOne } from './replies.ts'

/** One that answers and falls silent again at once is asked more and more seldom. */
const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

type Stop = () => Promise<void>

/**
 * One primary of a watched cluster. When a reading of it fails it is silent, and is asked for nothing more, so that nobody
 * waits for it; until it answers a word again, and then the first page of a sweep.
 */
export class WatchedPrimary {
  readonly reader: Reader
  readonly #observer: Observer
  readonly #changed: () => void
  #silence: (Silence & { why: unknown }) | null = null
  #readAt: number | null = null
  #isBack = false
  #retryMs = RETRY_MS
  #retryAt = 0

  /** `changed`: it fell silent, or tells something again. */
  constructor(reader: Reader, observer: Observer, changed: () => void) {
    this.reader = reader
    this.#observer = observer
    this.#changed = changed
  }

  get silence(): Silence | null {
    return this.#silence
  }

  /** Why it is silent. */
  get trouble(): unknown {
    return this.#silence?.why
  }

  /** Is it worth being asked? */
  get isThere(): boolean {
    return this.#silence === null || this.#isBack
  }

  get lacks(): readonly string[] {
    return this.#observer.lacks?.() ?? []
  }

  get setAside(): readonly string[] {
    return this.#observer.setAside?.() ?? []
  }

  /** Ends early when it falls silent. */
  async *sweep(signal: AbortSignal): AsyncGenerator<Sighting[], void> {
    const startedAt = Date.now()
    try {
      for await (const page of this.#observer.sweep(signal)) {
        this.#heard()
        yield page
      }
    } catch (error) {
      if (signal.aborted) throw error
      return this.#failed(startedAt, error)
    }
    this.#heard()
  }

  /** Nothing of a silent one. */
  async reread(keys: readonly KeyId[]): Promise<Map<KeyId, Sighting | null>> {
    if (this.#silence) return new Map()
    const startedAt = Date.now()
    try {
      const found = await this.#observer.reread(keys)
      this.#readAt = Date.now()
      return found
    } catch (error) {
      this.#failed(startedAt, error)
      return new Map()
    }
  }

  /** Null of a silent one. Rejects where it is refused. */
  async watch(onKeys: (keys: KeyId[]) => void, onLost: OnLost): Promise<Stop | null> {
    const startedAt = Date.now()
    try {
      return await this.#observer.watch(onKeys, onLost)
    } catch (error) {
      if (error instanceof ReadFailed && error.isRefused) throw error
      this.#failed(startedAt, error)
      return null
    }
  }

  /** Asks a silent one for a word, if it is time to. True when it gives one. */
  async isBack(): Promise<boolean> {
    if (this.isThere || performance.now() < this.#retryAt) return false
    this.#isBack = await askOne(this.reader, ['PING']).then(
      () => true,
      (error) => error instanceof ReadFailed && error.isRefused,
    )
    return this.#isBack
  }

  close(): void {
    this.reader.close()
  }

  #heard(): void {
    this.#readAt = Date.now()
    if (!this.#silence) return
    this.#silence = null
    this.#isBack = false
    this.#changed()
  }

  #failed(startedAt: number, why: unknown): void {
    this.#retryMs = this.#isBack ? Math.min(LONGEST_RETRY_MS, 2 * this.#retryMs) : RETRY_MS
    this.#retryAt = performance.now() + this.#retryMs
    this.#isBack = false
    if (this.#silence) return
    this.#silence = { since: startedAt, readAt: this.#readAt, why }
    this.#changed()
  }
}
