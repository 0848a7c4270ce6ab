/** Where the slots of a cluster are, as far as it was told. Addresses are `host:port`. */
export class SlotMap {
  #primaries: string[] = []

  primaryOf(slot: number): string | null {
    return this.#primaries[slot] ?? null
  }

  /** One slot is somewhere else. */
  move(slot: number, address: string): void {
    this.#primaries[slot] = address
  }

  /** Takes what CLUSTER SLOTS says. A server that does not know its own host is at the one that was asked. */
  learn(ranges: unknown, askedHost: string): void {
    const primaries: string[] = []
    for (const range of Array.isArray(ranges) ? ranges : []) {
      const [first, last, primary] = Array.isArray(range) ? range : []
      if (!Array.isArray(primary)) continue
      const address = `${primary[0] || askedHost}:${primary[1]}`
      for (let slot = Number(first); slot <= Number(last); slot++) primaries[slot] = address
    }
    this.#primaries = primaries
  }

  get addresses(): string[] {
    return [...new Set(this.#primaries)].filter((address) => address !== undefined)
  }
}
