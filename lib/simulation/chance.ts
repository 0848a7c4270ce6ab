/** Chance that repeats itself: the same draws for the same seed. */
export interface Chance {
  /** At least 0, less than 1. */
  fraction(): number
  between(from: number, to: number): number
  /** A whole number, both ends included. */
  whole(from: number, to: number): number
  happens(probability: number): boolean
  pick<T>(items: readonly T[]): T
}

export function createChance(seed: number): Chance {
  let state = Math.imul(seed, 2_654_435_761) >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    fraction,
    between: (from, to) => from + fraction() * (to - from),
    whole: (from, to) => from + Math.floor(fraction() * (to - from + 1)),
    happens: (probability) => fraction() < probability,
    pick<T>(items: readonly T[]): T {
      return items[Math.floor(fraction() * items.length)] as T
    },
  }
}
