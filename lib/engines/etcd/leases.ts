import { within } from '../deadline.ts'
import type { Members } from './members.ts'
import { isFinal } from './members-trouble.ts'
import { type Left, NOT_ASKED } from './queue.ts'

/** Asking for a lease costs the leader work: never for whole sweeps, and at most so often. */
const ASKS_PER_SECOND = 50
const ASK_WITHIN_MS = 400
/** What was told so lately is not asked again. */
const FRESH_MS = 1_000
const REMEMBERED = 2_000

interface Told {
  at: number
  remainingMs: number
  ttlMs: number | null
  /** Other keys that end with it. */
  others: number
}

/** What leases have left, asked as long as the budget lasts, and otherwise as it was told. */
export class Leases {
  readonly #members: Members
  readonly #told = new Map<string, Told>()
  #secondBegan = 0
  #asked = 0
  #isRefused = false

  constructor(members: Members) {
    this.#members = members
  }

  /** Asks for these; whoever gives no answer, or is over the budget, stays as it was told. */
  async ask(leases: readonly string[]): Promise<void> {
    const now = performance.now()
    const wanted = [...new Set(leases)].filter((lease) => {
      const told = this.#told.get(lease)
      return lease !== '0' && (!told || now - told.at > FRESH_MS) && this.#mayAsk(now)
    })
    await Promise.all(wanted.map((lease) => within(ASK_WITHIN_MS, this.#askOne(lease)).catch(() => {})))
  }

  /** Nobody may ask here what leases have left. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /** A keep-alive only adds to it: what was told once is a lower bound for as long as it lasts. */
  left(lease: string): Left {
    const told = this.#told.get(lease)
    if (!told) return NOT_ASKED
    const remainingMs = told.remainingMs - (performance.now() - told.at)
    return remainingMs > 0
      ? { remainingMs, remainingIs: 'at-least', ttlMs: told.ttlMs }
      : { ...NOT_ASKED, ttlMs: told.ttlMs }
  }

  others(lease: string): number {
    return this.#told.get(lease)?.others ?? 0
  }

  async #askOne(lease: string): Promise<void> {
    const at = performance.now()
    const asked = this.#members.ask((client, options) =>
      client.leaseClient.leaseTimeToLive({ ID: lease, keys: true }, options),
    )
    const { TTL, grantedTTL, keys } = await asked.catch((error: unknown) => {
      this.#isRefused = isFinal(error instanceof Error ? error.cause : error)
      throw error
    })
    this.#isRefused = false
    const seconds = Number(TTL)
    this.#told.delete(lease)
    if (!(seconds >= 0)) return
    const [oldest] = this.#told.keys()
    if (this.#told.size >= REMEMBERED && oldest !== undefined) this.#told.delete(oldest)
    this.#told.set(lease, {
      at,
      // Whole seconds, rounded down, and refilled when the leader changes: never less than that.
      remainingMs: seconds * 1_000,
      ttlMs: Number(grantedTTL) * 1_000 || null,
      others: Math.max(0, keys.length - 1),
    })
  }

  #mayAsk(now: number): boolean {
    if (now - this.#secondBegan > 1_000) {
      this.#secondBegan = now
      this.#asked = 0
    }
    this.#asked += 1
    return this.#asked <= ASKS_PER_SECOND
  }
}
