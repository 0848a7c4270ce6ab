/** Chance as the core sees it. Handed in, so that a simulation can repeat itself. */
export interface Random {
  /** 32 lower-case hexadecimal digits that nobody can guess. */
  token(): string
  /** At least 0, less than 1. */
  fraction(): number
}
