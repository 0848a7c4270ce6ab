import type { Holder, RemainingIs, Vote } from '../fleet/lock.ts'

/** Which number of a vote stands where; what is null is NaN. */
const AGE_MS = 0
const LATENCY_MS = 1
const REMAINING_MS = 2
const WIDTH = 3

/** Votes that all name the holder, as they nearly always do: what else they say is said by the lock, but for these numbers. */
export class PackedVotes {
  readonly #nodes: readonly string[]
  readonly #numbers: readonly number[]

  constructor(nodes: readonly string[], numbers: readonly number[]) {
    this.#nodes = nodes
    this.#numbers = numbers
  }

  unpack(tokenDigest: string, label: string, remainingIs: RemainingIs): Vote[] {
    return this.#nodes.map((node, index) => ({
      node,
      vote: 'holder',
      ageMs: this.#number(index, AGE_MS) ?? 0,
      latencyMs: this.#number(index, LATENCY_MS),
      tokenDigest,
      label,
      same: true,
      remainingMs: this.#number(index, REMAINING_MS),
      remainingIs,
    }))
  }

  #number(index: number, which: number): number | null {
    const value = this.#numbers[index * WIDTH + which] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }
}

/** Packs votes of the same nodes again and again. */
export class VotePacker {
  #nodes: readonly string[] = []

  /** Null when one of them says something else. */
  pack(votes: readonly Vote[], holder: Holder | null): PackedVotes | null {
    if (!holder) return null
    const numbers = new Array<number>(votes.length * WIDTH).fill(Number.NaN)
    let at = 0
    for (const vote of votes) {
      if (vote.vote !== 'holder' || !vote.same || vote.tokenDigest !== holder.tokenDigest) return null
      if (vote.label !== holder.label || vote.remainingIs !== holder.remainingIs) return null
      numbers[at + AGE_MS] = vote.ageMs
      numbers[at + LATENCY_MS] = vote.latencyMs ?? Number.NaN
      numbers[at + REMAINING_MS] = vote.remainingMs ?? Number.NaN
      at += WIDTH
    }
    return new PackedVotes(this.#nodesOf(votes), numbers)
  }

  /** One list for all. */
  #nodesOf(votes: readonly Vote[]): readonly string[] {
    const known = this.#nodes
    const isSame = known.length === votes.length && votes.every(({ node }, index) => node === known[index])
    if (!isSame) this.#nodes = votes.map(({ node }) => node)
    return this.#nodes
  }
}
