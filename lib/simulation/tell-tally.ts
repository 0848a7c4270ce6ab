import type { Tally } from './tally.ts'

/** One line for each thing that was counted. */
export const linesOf = (tally: Tally): string[] =>
  tally.entries().map(([what, times]) => `${String(times).padStart(10)}  ${what}`)
