import type { Sighting } from '../../fleet/sighting.ts'
import { Batches } from './observe-batches.ts'
import { PAGE, pagesOf } from './observe-pages.ts'
import type { SeenKeys } from './observe-seen.ts'
import { INDEX, ownKey } from './own-keys.ts'
import type { Budget } from './read-budget.ts'
import { ReadFailed } from './read-failed.ts'
import { type Own, readOwn } from './read-own.ts'

/**
 * Locks of ours that the index names, as far as they are there; nothing where it may not be read. `seen` learns the keys that
 * were read.
 */
export async function* sweepIndex(
  own: Own,
  budget: Budget,
  seen: SeenKeys,
  signal: AbortSignal,
): AsyncGenerator<Sighting[]> {
  try {
    yield* sweepAllowed(own, budget, seen, signal)
  } catch (error) {
    if (!(error instanceof ReadFailed) || !error.isForbidden) throw error
  }
}

async function* sweepAllowed(
  own: Own,
  budget: Budget,
  seen: SeenKeys,
  signal: AbortSignal,
): AsyncGenerator<Sighting[]> {
  const batches = new Batches((keys) => readOwn(own, keys))
  const pages = pagesOf(own.reader, budget, signal, (cursor) => ['ZSCAN', INDEX, cursor, 'COUNT', PAGE])
  for await (const members of pages) {
    // Each name is followed by its score.
    for (let at = 0; at < members.length; at += 2) {
      const key = ownKey(members[at] as Buffer)
      if (seen.add(key)) batches.add(key)
    }
    yield* batches.found()
  }
  yield* batches.rest()
}
