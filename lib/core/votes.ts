import { type Attempt, attempt, refOf } from './attempt.ts'
import type { Means } from './means.ts'
import type { Reading } from './node.ts'
import type { Wish } from './request.ts'
import { takeBack } from './take-back.ts'

/**
 * Asks a quorum once, and gives back at once what was not enough: whoever keeps a minority of votes blocks others. Every
 * round has a token of its own, so that a late release of one can't take a vote of another.
 */
export async function askForVotes(wish: Wish, means: Means): Promise<Attempt> {
  if (wish.permits === 1) return await askForSlot(wish, null, means)
  const tried = new Set<number>()
  for (;;) {
    const reading = await readFirst(wish, means)
    if (reading?.held && reading.permits !== wish.permits) return refusedFor('permits', reading, means)
    const slot = pickSlot(wish, reading, tried, means.random.fraction())
    if (slot === null) return refusedFor('held', reading, means)
    const result = await askForSlot(wish, slot, means)
    if (result.outcome !== 'refused' || (result.refused.why !== 'held' && result.refused.why !== 'queued'))
      return result
    tried.add(slot)
  }
}

async function askForSlot(wish: Wish, slot: number | null, means: Means): Promise<Attempt> {
  const token = means.random.token()
  const result = await attempt(wish, { token, slot, heartbeatMs: null, earlier: [] }, means)
  if (result.outcome === 'granted') return result
  means.contended.saw(wish.name)
  await takeBack(refOf(wish, token, slot, means), result.asked.ballots, means)
  return result
}

/** What the advising node says of the name, if it does in time: it only helps to choose. */
export async function readFirst({ name, ttlMs }: Wish, means: Means): Promise<Reading | null> {
  const node = means.advisor.node()
  if (!node) return null
  const enough = new AbortController()
  const late = means.clock.sleep(means.nodeTimeoutMs(ttlMs), enough.signal).then(() => null)
  const read = node.read([name]).then(
    ([reading]) => reading ?? null,
    () => null,
  )
  const reading = await Promise.race([read, late])
  enough.abort()
  if (!reading) means.advisor.passOver(node)
  return reading
}

/** One that looks free and was not tried, by chance, so that rivals choose different ones. */
function pickSlot(
  { permits }: Wish,
  reading: Reading | null,
  tried: Set<number>,
  fraction: number,
): number | null {
  const taken = new Set(reading?.slots ?? [])
  const free = Array.from({ length: permits }, (_, at) => at).filter((at) => !taken.has(at) && !tried.has(at))
  return free[Math.floor(fraction * free.length)] ?? null
}

/** Without asking anybody for a vote. */
export function refusedFor(
  why: 'held' | 'queued' | 'permits',
  reading: Reading | null,
  { clock }: Means,
): Attempt {
  const refused = {
    why,
    holder: reading?.holder ?? null,
    message: null,
    remainingMs: reading?.remainingMs ?? null,
  }
  return {
    outcome: 'refused',
    refused,
    asked: { sentAt: clock.now(), ballots: [], complete: Promise.resolve() },
  }
}
