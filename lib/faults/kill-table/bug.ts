/** A mistake that somebody could make: an exact place in the source, and the tests that should see it. */
export interface Bug {
  name: string
  file: string
  /** Occurs once in the file. */
  find: string
  replace: string
  caughtBy: readonly Suite[]
}

export interface Suite {
  project: 'unit' | 'servers' | 'proofs'
  files: readonly string[]
  /** Only the tests whose names match. */
  named?: string
}
