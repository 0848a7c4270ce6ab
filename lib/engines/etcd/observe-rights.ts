import { showName } from '../../fleet/names.ts'
import { said } from './ranges-limits.ts'

const DENIED = /permission denied/

/**
 * Which of the watched prefixes may be read. One that never could be is done without. One that could be before is not: all its
 * locks would look as if they were gone.
 */
export class Rights {
  readonly #watched: readonly Buffer[]
  readonly #read = new Set<string>()
  readonly #refused = new Set<string>()
  /** Called when a prefix may be read that was refused before. */
  onMore: (() => void) | null = null

  constructor(watched: readonly Buffer[]) {
    this.#watched = watched
  }

  /** Those that are not known to be refused. */
  allowed(): Buffer[] {
    return this.#watched.filter((prefix) => !this.#refused.has(nameOf(prefix)))
  }

  lacks(): string[] {
    return [...this.#refused].map((prefix) => `reading what begins with ${prefix}`)
  }

  mayRead(prefix: Buffer): void {
    this.#read.add(nameOf(prefix))
    if (this.#refused.delete(nameOf(prefix))) this.onMore?.()
  }

  /** Whether it can be done without, after this failure. */
  mayDoWithout(prefix: Buffer, failure: unknown): boolean {
    if (!DENIED.test(said(failure)) || this.#read.has(nameOf(prefix))) return false
    this.#refused.add(nameOf(prefix))
    return this.#refused.size < this.#watched.length
  }
}

const nameOf = (prefix: Buffer): string => showName(prefix)
