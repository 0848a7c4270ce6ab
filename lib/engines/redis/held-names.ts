import type { Answer, HoldRef } from '../../core/node.ts'

type Held = Pick<HoldRef, 'name' | 'ttlMs'>

/** Which names the holds of this process have, as far as this node granted or renewed them. */
export class HeldNames {
  #until = new Map<string, number>()
  #largest = 1_000

  kept(holds: readonly Held[], answers: readonly Answer[]): void {
    const now = performance.now()
    for (const [at, { name, ttlMs }] of holds.entries()) {
      if (answers[at]?.outcome === 'granted') this.#until.set(name, now + ttlMs)
    }
    if (this.#until.size > this.#largest) this.#largest = 2 * this.now().length + 1_000
  }

  ended(holds: readonly Held[]): void {
    for (const { name } of holds) this.#until.delete(name)
  }

  /** Those that may still be held. */
  now(): string[] {
    const now = performance.now()
    for (const [name, until] of this.#until) if (until < now) this.#until.delete(name)
    return [...this.#until.keys()]
  }
}
