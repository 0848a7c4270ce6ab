import type { Members } from './members.ts'
import { type Left, NOT_ASKED } from './queue.ts'

/** Asking for a lease costs the leader work: never for whole sweeps, and at most so often. */
const ASKS_PER_SECOND = 50

/** What leases have left, as long as the budget lasts. */
export class Leases {
  readonly #members: Members
  #secondBegan = 0
  #asked = 0

  constructor(members: Members) {
    this.#members = members
  }

  async left(lease: string): Promise<Left> {
    if (!this.#mayAsk()) return NOT_ASKED
    try {
      const answer = await this.#members.ask((client, options) =>
        client.leaseClient.leaseTimeToLive({ ID: lease }, options),
      )
      const seconds = Number(answer.TTL)
      if (!(seconds >= 0)) return NOT_ASKED
      // Whole seconds, rounded down, and refilled when the leader changes: never less than that.
      return {
        remainingMs: seconds * 1000,
        remainingIs: 'at-least',
        ttlMs: Number(answer.grantedTTL) * 1000 || null,
      }
    } catch {
      return NOT_ASKED
    }
  }

  #mayAsk(): boolean {
    const now = performance.now()
    if (now - this.#secondBegan > 1_000) {
      this.#secondBegan = now
      this.#asked = 0
    }
    this.#asked += 1
    return this.#asked <= ASKS_PER_SECOND
  }
}
