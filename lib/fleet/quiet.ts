import type { Waiters } from './lock.ts'
import type { Sighting } from './sighting.ts'

/** Does nobody wait, as far as can be known, and nobody dead stand in the queue? */
export const isQuiet = (waiters: Waiters | Sighting['waiters']): boolean =>
  !waiters.known || (waiters.count === 0 && !waiters.dead)
