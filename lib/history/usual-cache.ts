import type { Usual } from '../fleet/usual.ts'

const MOST = 20_000
/** What is usual changes slowly. */
const FRESH_MS = 15_000
const ASK_AT_ONCE = 500

/** What is usual of locks that somebody asked for, kept here so that a rule can be judged without waiting. */
export class UsualCache {
  readonly #ask: (locks: string[]) => Promise<[lock: string, usual: Usual][]>
  readonly #known = new Map<string, { usual: Usual; at: number }>()
  readonly #wanted = new Set<string>()

  constructor(ask: (locks: string[]) => Promise<[lock: string, usual: Usual][]>) {
    this.#ask = ask
  }

  /** Null while it is not known. */
  of(lock: string, now: number): Usual | null {
    const known = this.#known.get(lock)
    if ((!known || now - known.at > FRESH_MS) && this.#wanted.size < MOST) this.#wanted.add(lock)
    return known?.usual ?? null
  }

  /** Asks for some of those that are wanted. */
  async load(now: number): Promise<void> {
    const locks = [...this.#wanted].slice(0, ASK_AT_ONCE)
    if (locks.length === 0) return
    for (const lock of locks) this.#wanted.delete(lock)
    for (const [lock, usual] of await this.#ask(locks)) this.#keep(lock, usual, now)
  }

  #keep(lock: string, usual: Usual, now: number): void {
    this.#known.delete(lock)
    this.#known.set(lock, { usual, at: now })
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
  }
}
