import { type Attempt, attempt, refOf } from './attempt.ts'
import type { Means } from './means.ts'
import type { Wish } from './request.ts'
import { takeBack } from './take-back.ts'
import { askForVotes, readFirst, refusedFor } from './votes.ts'

/** Asks without waiting, and leaves no trace when it is not granted. */
export function askOnce(wish: Wish, means: Means): Promise<Attempt> {
  if (means.alone) return askAlone(wish, means)
  return means.contended.has(wish.name) ? askBehindTheQueue(wish, means) : askForVotes(wish, means)
}

async function askAlone(wish: Wish, means: Means): Promise<Attempt> {
  const token = means.random.token()
  const tried = await attempt(wish, { token, slot: null, heartbeatMs: null, earlier: [] }, means)
  if (tried.outcome === 'granted') return tried
  means.contended.saw(wish.name)
  await takeBack(refOf(wish, token, null, means), tried.asked.ballots, means)
  return tried
}

/**
 * Where it was found contended a moment ago, the voter that keeps the queue is asked first, and who waits is not passed
 * by. That it is held there is only one vote, and says nothing.
 */
async function askBehindTheQueue(wish: Wish, means: Means): Promise<Attempt> {
  const reading = await readFirst(wish, means)
  if (reading && reading.waiters > 0) return refusedFor(reading.held ? 'held' : 'queued', reading, means)
  return askForVotes(wish, means)
}
