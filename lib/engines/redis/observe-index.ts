import type { Sighting } from '../../fleet/sighting.ts'
import { Batches } from './observe-batches.ts'
import { PAGE } from './observe-pages.ts'
import type { SeenKeys } from './observe-seen.ts'
import { INDEX, ownKey } from './own-keys.ts'
import type { Budget } from './read-budget.ts'
import { ReadFailed } from './read-failed.ts'
import { type Own, readOwn } from './read-own.ts'
import { askOne, buffers } from './replies.ts'

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
  for await (const names of namesOf(own, budget, signal)) {
    for (const name of names) {
      const key = ownKey(name)
      if (seen.add(key)) batches.add(key)
    }
    yield* batches.found()
  }
  yield* batches.rest()
}

/**
 * By rank, since with ZSCAN a score costs the node more than all else of a name. Who moves to another rank meanwhile may be
 * passed over, as anybody may who is not in the index yet: the scan of all keys that follows finds them.
 */
async function* namesOf({ reader }: Own, budget: Budget, signal: AbortSignal): AsyncGenerator<Buffer[]> {
  const ask = (from: number) => askOne(reader, ['ZRANGE', INDEX, from, from + PAGE - 1])
  let asked = ask(0)
  for (let from = PAGE; ; from += PAGE) {
    const names = buffers(await asked)
    signal.throwIfAborted()
    const isLast = names.length < PAGE
    if (!isLast) {
      await budget.pause()
      signal.throwIfAborted()
      asked = ask(from)
      asked.catch(() => {})
    }
    yield names
    if (isLast) return
  }
}
