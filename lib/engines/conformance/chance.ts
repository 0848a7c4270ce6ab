/** Chance that can be repeated: a failing test says the seed. */
export interface Chance {
  (): number
  readonly seed: number
}

/** At least 0, less than 1. */
export function createChance(seed = Math.floor(Math.random() * 2 ** 32)): Chance {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return Object.assign(next, { seed })
}
