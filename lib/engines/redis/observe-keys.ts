import type { Sighting } from '../../fleet/sighting.ts'
import { Batches } from './observe-batches.ts'
import type { Candidates } from './observe-candidates.ts'
import { PAGE, pagesOf } from './observe-pages.ts'
import type { SeenKeys } from './observe-seen.ts'
import { isOurs, lockOf } from './own-keys.ts'
import type { Budget } from './read-budget.ts'
import { type Foreign, readForeign } from './read-foreign.ts'
import { type Own, readOwn } from './read-own.ts'

export interface Sweep {
  own: Own
  foreign: Foreign
  candidates: Candidates
  budget: Budget
  /** The key of the lock that a key of others is or belongs to, by its name. */
  routeOf: (key: Buffer) => Buffer | null
}

/**
 * Locks that stand anywhere among all keys. Names are looked at first, and only what they speak for is read, and a part of
 * what they do not. `seen` tells what was read already.
 */
export async function* sweepKeys(
  { own, foreign, candidates, budget, routeOf }: Sweep,
  seen: SeenKeys,
  signal: AbortSignal,
): AsyncGenerator<Sighting[]> {
  const ours = new Batches((keys) => readOwn(own, keys))
  const others = new Batches((keys) => readForeign(foreign, keys))
  const unknown = new Batches((keys) => candidates.read(foreign, keys))
  const add = (to: Batches, lock: Buffer) => {
    if (seen.add(lock)) to.add(lock)
  }
  const look = candidates.begin()
  const pages = pagesOf(own.reader, budget, signal, (cursor) => ['SCAN', cursor, 'COUNT', PAGE])
  for await (const keys of pages) {
    const isLookedAt = look.page(keys.length)
    for (const key of keys) {
      if (isOurs(key)) {
        const lock = lockOf(key)
        if (lock) add(ours, lock)
        continue
      }
      const lock = routeOf(key)
      if (lock) add(others, lock)
      else if (isLookedAt) unknown.add(key)
    }
    yield* ours.found()
    yield* others.found()
    yield* unknown.found()
  }
  yield* ours.rest()
  yield* others.rest()
  yield* unknown.rest()
  look.end()
}
